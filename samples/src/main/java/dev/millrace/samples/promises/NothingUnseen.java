package dev.millrace.samples.promises;

import dev.millrace.consumer.ConsumerServer;
import dev.millrace.consumer.ConsumerStatus.Totals;
import dev.millrace.consumer.RetryPolicy;
import dev.millrace.publisher.EventPublisher;
import dev.millrace.routing.Routing;
import java.time.Duration;
import java.util.Map;

/** Each event that is in the stream ends somewhere, and is counted there: handled, duplicate, passed over, dead letter. */
public final class NothingUnseen {

    private NothingUnseen() {}

    /** Takes a Redis URI, or none. */
    public static void main(String[] args) throws Exception {
        Setting.run(args, NothingUnseen::run);
    }

    static void run(Setting setting) throws InterruptedException {
        String stream = setting.stream("orders");
        try (EventPublisher publisher = EventPublisher.builder("shop")
                        .redis(setting.redis())
                        .routing(Routing.builder().route("**").toStream(stream).build())
                        .build();
                ConsumerServer server = ConsumerServer.builder().redis(setting.redis()).stream(stream)
                        .group("shipping")
                        .retry(RetryPolicy.fixed(1, Duration.ofMillis(10)))
                        .build()) {
            server.addHandler("order.paid", Map.class, (order, header) -> {
                if (order.get("address") == null) {
                    throw new IllegalStateException("where to?");
                }
            });
            server.start();
            publish(publisher);
            Setting.until(() -> ended(server.status().totals()) == 8 && server.pending() == 0);
            Totals totals = server.status().totals();
            setting.say("8 published = " + totals.handled() + " handled + " + totals.duplicates() + " duplicate + "
                    + totals.skipped() + " without a handler + " + totals.deadLettered() + " dead letter, 0 pending");
        }
    }

    /** Five that are good, one of them again, one that fails, and one that nobody handles. */
    private static void publish(EventPublisher publisher) {
        for (int i = 0; i < 5; i++) {
            publisher
                    .publish("order.paid", Map.of("order", i, "address", "here"))
                    .join();
        }
        publisher.publish("order.paid", Map.of("order", 0, "address", "here")).join();
        publisher.publish("order.paid", Map.of("order", 6)).join();
        publisher.publish("order.viewed", Map.of("order", 7)).join();
    }

    private static long ended(Totals totals) {
        return totals.handled() + totals.duplicates() + totals.skipped() + totals.deadLettered();
    }
}
