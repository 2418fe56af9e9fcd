package dev.millrace.benchmarks.contenders;

import dev.millrace.validation.EventValidator;
import dev.millrace.validation.Violation;
import java.util.ArrayList;
import java.util.List;

/** What an order's constraints say, written by hand: validation without Bean Validation. */
final class OrderRule {

    private OrderRule() {}

    static EventValidator validator() {
        return EventValidator.onType(Setup.TYPE, Order.class, OrderRule::check);
    }

    static List<Violation> check(Order order) {
        List<Violation> violations = new ArrayList<>();
        require(!order.customer().isBlank(), "customer", "must not be blank", violations);
        require(!order.lines().isEmpty(), "lines", "must not be empty", violations);
        for (Order.Line line : order.lines()) {
            require(!line.sku().isBlank(), "lines.sku", "must not be blank", violations);
            require(line.quantity() > 0, "lines.quantity", "must be greater than 0", violations);
        }
        require(order.total().signum() > 0, "total", "must be greater than 0", violations);
        require(order.currency().length() == 3, "currency", "must have three letters", violations);
        return violations;
    }

    private static void require(boolean valid, String path, String message, List<Violation> violations) {
        if (!valid) {
            violations.add(new Violation(path, message));
        }
    }
}
