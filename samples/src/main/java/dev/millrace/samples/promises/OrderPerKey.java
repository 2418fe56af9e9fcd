package dev.millrace.samples.promises;

import dev.millrace.consumer.ConsumerServer;
import dev.millrace.consumer.OrderPolicy;
import dev.millrace.consumer.RetryPolicy;
import dev.millrace.publisher.EventPublisher;
import dev.millrace.routing.Routing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Events of one key are handled in their order, also when one of them has to be tried again. */
public final class OrderPerKey {

    private OrderPerKey() {}

    record Change(int n) {}

    /** Takes a Redis URI, or none. */
    public static void main(String[] args) throws Exception {
        Setting.run(args, OrderPerKey::run);
    }

    static void run(Setting setting) throws InterruptedException {
        String stream = setting.stream("accounts");
        List<Integer> seen = Collections.synchronizedList(new ArrayList<>());
        try (EventPublisher publisher = EventPublisher.builder("bank")
                        .redis(setting.redis())
                        .routing(Routing.builder().route("**").toStream(stream).build())
                        .build();
                ConsumerServer server = ConsumerServer.builder().redis(setting.redis()).stream(stream)
                        .group("ledger")
                        .order(OrderPolicy.byKey())
                        .retry(RetryPolicy.fixed(3, Duration.ofMillis(50)))
                        .build()) {
            server.addHandler("account.changed", Change.class, (change, header, delivery) -> {
                if (change.n() == 2 && delivery.attempt() < 3) {
                    throw new IllegalStateException("not now");
                }
                seen.add(change.n());
            });
            server.start();
            for (int i = 1; i <= 5; i++) {
                publisher
                        .publish("account.changed", new Change(i), header -> header.key("account-1"))
                        .join();
            }
            Setting.until(() -> seen.size() == 5);
            setting.say("handled in this order, though the second failed twice: " + seen);
        }
    }
}
