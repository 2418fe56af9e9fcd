package dev.millrace.samples;

import dev.millrace.event.Event;
import dev.millrace.samples.Orders.Cancelled;
import dev.millrace.samples.Orders.Paid;
import dev.millrace.samples.Orders.Placed;
import dev.millrace.samples.Orders.Shipped;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Orders that are placed, paid, and shipped or cancelled: the same ones in every run. */
final class GeneratedOrders implements EventSource {

    /** Payments to this account are booked at the third attempt. */
    static final String BUSY_ACCOUNT = "busy";

    /** Payments to this account are never booked. */
    static final String CLOSED_ACCOUNT = "closed";

    private static final List<String> CUSTOMERS =
            List.of("Zoë Ångström", "José Núñez", "李小龍", "Ada Lovelace", "Ωmega 🚚");

    private final long count;
    private final String run;
    private final boolean troubled;
    private final Random random = new Random(20_261_121);
    private long given;
    private Event plain = Event.of(Orders.SHIPPED, new Shipped("o-0", "none"));

    private GeneratedOrders(long count, String run, boolean troubled) {
        this.count = count;
        this.run = run;
        this.troubled = troubled;
    }

    /** Valid ones only; no two have the same content, nor has any that of another {@code run}. */
    static GeneratedOrders valid(long count, String run) {
        return new GeneratedOrders(count, run, false);
    }

    /** Of a hundred events: 2 invalid, 4 copies, 3 that fail at first, and now and then one that always fails. */
    static GeneratedOrders troubled(long count) {
        return new GeneratedOrders(count, "demo", true);
    }

    @Override
    public @Nullable Event next() {
        if (given == count) {
            return null;
        }
        long number = given++;
        if (troubled && number % 50 == 10) {
            return Event.of(Orders.PLACED, new Placed("", "nobody", BigDecimal.ZERO));
        }
        if (troubled && number % 25 == 20) {
            return Event.of(plain.header().type(), plain.body());
        }
        return step(number / 3, (int) (number % 3));
    }

    private Event step(long order, int step) {
        String id = String.format(Locale.ROOT, "o-%s-%07d", run, order);
        if (step == 1) {
            return Event.of(Orders.PAID, new Paid(id, account(order), amount()));
        }
        if (step == 0) {
            plain = Event.of(Orders.PLACED, new Placed(id, CUSTOMERS.get(random.nextInt(CUSTOMERS.size())), amount()));
        } else if (order % 10 == 9) {
            plain = Event.of(Orders.CANCELLED, new Cancelled(id, "changed my mind"));
        } else {
            plain = Event.of(Orders.SHIPPED, new Shipped(id, "bike"));
        }
        return plain;
    }

    private String account(long order) {
        if (troubled && order % 50 == 7) {
            return CLOSED_ACCOUNT;
        }
        return troubled && order % 10 == 3 ? BUSY_ACCOUNT : "sales";
    }

    private BigDecimal amount() {
        return BigDecimal.valueOf(1 + random.nextInt(100_000), 2);
    }

    @Override
    public String position() {
        return "generated event " + given;
    }
}
