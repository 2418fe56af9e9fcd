package dev.millrace.samples;

import dev.millrace.consumer.ConsumerServer;
import dev.millrace.samples.Orders.Paid;

/** What the demo's shop does with the events of its orders. */
final class OrderHandlers {

    private OrderHandlers() {}

    static void addTo(ConsumerServer server, Tally tally) {
        server.addHandler(Orders.PLACED, (placed, header) -> tally.handled(header, placed));
        server.addHandler(Orders.PAID, (paid, header, delivery) -> {
            book(paid, delivery.attempt());
            tally.handled(header, paid);
        });
        server.addHandler(Orders.SHIPPED, (shipped, header) -> tally.handled(header, shipped));
        server.addHandler(Orders.CANCELLED, (cancelled, header) -> tally.handled(header, cancelled));
    }

    private static void book(Paid paid, int attempt) {
        boolean busy = paid.account().equals(GeneratedOrders.BUSY_ACCOUNT) && attempt < 3;
        if (busy || paid.account().equals(GeneratedOrders.CLOSED_ACCOUNT)) {
            throw new IllegalStateException("account " + paid.account() + " takes no bookings");
        }
    }
}
