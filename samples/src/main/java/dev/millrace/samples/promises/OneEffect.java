package dev.millrace.samples.promises;

import dev.millrace.consumer.ConsumerServer;
import dev.millrace.publisher.EventPublisher;
import dev.millrace.routing.Routing;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** A webhook that arrives three times has one effect. */
public final class OneEffect {

    private OneEffect() {}

    /** Takes a Redis URI, or none. */
    public static void main(String[] args) throws Exception {
        Setting.run(args, OneEffect::run);
    }

    static void run(Setting setting) throws InterruptedException {
        String stream = setting.stream("payments");
        AtomicInteger charged = new AtomicInteger();
        try (EventPublisher publisher = EventPublisher.builder("webhooks")
                        .redis(setting.redis())
                        .routing(Routing.builder().route("**").toStream(stream).build())
                        .build();
                ConsumerServer server = ConsumerServer.builder().redis(setting.redis()).stream(stream)
                        .group("billing")
                        .build()) {
            server.addHandler("payment.requested", Map.class, (payment, header) -> charged.incrementAndGet());
            server.start();
            for (int i = 0; i < 3; i++) {
                publisher
                        .publish("payment.requested", Map.of("card", "c-1", "cents", 990))
                        .join();
            }
            Setting.until(() -> server.status().totals().duplicates() == 2 && charged.get() > 0);
            setting.say("published 3 times, charged " + charged + " time");
        }
    }
}
