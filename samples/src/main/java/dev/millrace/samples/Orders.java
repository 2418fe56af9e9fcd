package dev.millrace.samples;

import dev.millrace.event.EventType;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import java.math.BigDecimal;

/** The events of an order's life: what may travel, and under which name. */
final class Orders {

    static final EventType<Placed> PLACED = EventType.of("order.placed", Placed.class);
    static final EventType<Paid> PAID = EventType.of("order.paid", Paid.class);
    static final EventType<Shipped> SHIPPED = EventType.of("order.shipped", Shipped.class);
    static final EventType<Cancelled> CANCELLED = EventType.of("order.cancelled", Cancelled.class);

    private Orders() {}

    record Placed(
            @NotBlank String orderId,
            @NotBlank String customer,
            @NotNull @Positive BigDecimal total) {}

    record Paid(
            @NotBlank String orderId,
            @NotBlank String account,
            @NotNull @Positive BigDecimal amount) {}

    record Shipped(@NotBlank String orderId, @NotBlank String carrier) {}

    record Cancelled(@NotBlank String orderId, @NotBlank String reason) {}
}
