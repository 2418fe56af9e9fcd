package dev.millrace.samples.promises;

import dev.millrace.consumer.ConsumerServer;
import dev.millrace.publisher.EventPublisher;
import dev.millrace.routing.Routing;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** An audit log: a group of its own that sees every event, whatever other groups do with it. */
public final class AuditLog {

    private AuditLog() {}

    /** Takes a Redis URI, or none. */
    public static void main(String[] args) throws Exception {
        Setting.run(args, AuditLog::run);
    }

    static void run(Setting setting) throws InterruptedException {
        String stream = setting.stream("users");
        Queue<String> log = new ConcurrentLinkedQueue<>();
        try (EventPublisher publisher = EventPublisher.builder("user-service")
                        .redis(setting.redis())
                        .routing(Routing.builder().route("**").toStream(stream).build())
                        .build();
                ConsumerServer mails = ConsumerServer.builder().redis(setting.redis()).stream(stream)
                        .group("mails")
                        .build();
                ConsumerServer audit = ConsumerServer.builder().redis(setting.redis()).stream(stream)
                        .group("audit")
                        .build()) {
            mails.addHandler("user.created", Map.class, (user, header) -> {});
            // byte[]: an audit log reads every body, whatever is in it.
            audit.addHandler("**", byte[].class, (body, header) -> log.add(header.type() + " by " + header.origin()));
            mails.start();
            audit.start();
            publisher.publish("user.created", Map.of("user", 1)).join();
            publisher.publish("user.login.failed", Map.of("user", 1)).join();
            publisher.publish("user.deleted", Map.of("user", 1)).join();
            Setting.until(() -> log.size() == 3 && mails.status().totals().handled() == 1);
            log.stream().sorted().forEach(setting::say);
        }
    }
}
