package dev.millrace.samples.promises;

import dev.millrace.consumer.ConsumerServer;
import dev.millrace.publisher.EventPublisher;
import dev.millrace.routing.Routing;
import dev.millrace.testkit.RedisServer;
import java.util.Map;

/** Somebody removes the group, and then the whole stream, under a server that reads it: it goes on by itself. */
public final class HealsItself {

    private HealsItself() {}

    /** Takes a Redis URI, or none. */
    public static void main(String[] args) throws Exception {
        Setting.run(args, HealsItself::run);
    }

    static void run(Setting setting) throws InterruptedException {
        String stream = setting.stream("orders");
        try (RedisServer redis = RedisServer.at(setting.redis());
                EventPublisher publisher = EventPublisher.builder("shop")
                        .redis(setting.redis())
                        .routing(Routing.builder().route("**").toStream(stream).build())
                        .build();
                ConsumerServer server = ConsumerServer.builder().redis(setting.redis()).stream(stream)
                        .group("shipping")
                        .build()) {
            server.addHandler("order.paid", Map.class, (order, header) -> {});
            server.start();
            handle(publisher, server, 1);
            redis.cli("XGROUP", "DESTROY", stream, "shipping");
            handle(publisher, server, 2);
            redis.cli("UNLINK", stream);
            handle(publisher, server, 3);
            setting.say("handled " + server.status().totals().handled() + " of 3, health up: "
                    + server.health().up());
        }
    }

    private static void handle(EventPublisher publisher, ConsumerServer server, int number)
            throws InterruptedException {
        publisher.publish("order.paid", Map.of("order", number)).join();
        // And acknowledged: what is in hand when its group goes may be handled once more.
        Setting.until(() -> server.status().totals().handled() == number
                && server.status().load().inFlight() == 0);
    }
}
