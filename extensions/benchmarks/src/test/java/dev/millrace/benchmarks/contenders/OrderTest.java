package dev.millrace.benchmarks.contenders;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OrderTest {

    @ParameterizedTest
    @ValueSource(ints = {100, 1_000, 10_000, 100_000})
    void a_body_is_about_as_long_as_asked_for(int bytes) {
        byte[] body = new SplicedEnvelope(Setup.TYPE, Setup.ORIGIN).body(Order.of(7, 0, Order.Shape.ofBody(bytes)));
        assertThat(body.length).isBetween(bytes - 10, bytes + 10);
    }

    @Test
    void an_order_as_it_is_sent_satisfies_the_rule() {
        assertThat(OrderRule.check(Order.of(7))).isEmpty();
    }

    @Test
    void the_rule_says_of_every_member_what_is_wrong_with_it() {
        Order wrong = new Order(1, 0, " ", List.of(new Order.Line("", 0, BigDecimal.ONE)), BigDecimal.ZERO, "EURO", "");
        assertThat(OrderRule.check(wrong))
                .extracting(violation -> violation.path())
                .containsExactly("customer", "lines.sku", "lines.quantity", "total", "currency");
    }
}
