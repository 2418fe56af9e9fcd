package dev.millrace.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Positive;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EventValidatorTest {

    record Paid(@NotBlank String orderId, @Positive int amount, String currency) {}

    private final EventValidator euros = EventValidator.onType(
            "order.paid",
            Paid.class,
            paid -> "EUR".equals(paid.currency()) ? List.of() : List.of(new Violation("currency", "must be EUR")));

    @Test
    void a_rule_of_ones_own_is_asked_for_its_type_only() {
        assertThat(euros.validate("order.paid", new Paid("o", 1, "EUR"))).isEmpty();
        assertThat(euros.validate("order.paid", new Paid("o", 1, "USD")))
                .containsExactly(new Violation("currency", "must be EUR"));
        assertThat(euros.validate("order.sent", new Paid("o", 1, "USD"))).isEmpty();
    }

    @Test
    void a_rule_of_ones_own_is_not_passed_by_with_a_map() {
        assertThat(euros.validate("order.paid", Map.of("orderId", "o", "amount", 1, "currency", "USD")))
                .containsExactly(new Violation("currency", "must be EUR"));
        assertThat(euros.validate("order.paid", "not an object"))
                .singleElement()
                .satisfies(violation -> assertThat(violation.message())
                        .startsWith("cannot be read as")
                        .doesNotContain("not an object"));
    }

    @Test
    void a_rule_of_ones_own_reads_json_as_it_came_with_line_breaks_and_blanks() {
        String paid = "\n {\"orderId\": \"o\",\n \"amount\": 1, \"currency\": \"EUR\"}\n";
        assertThat(euros.validate("order.paid", bytes(paid))).isEmpty();
        assertThat(euros.validate("order.paid", bytes(paid.replace("EUR", "USD"))))
                .containsExactly(new Violation("currency", "must be EUR"));
        assertThat(euros.validate("order.paid", bytes("\n[" + paid + "," + paid.replace("EUR", "USD") + "]")))
                .singleElement()
                .satisfies(violation -> assertThat(violation.message()).isEqualTo("must be EUR"));
        assertThat(euros.validate("order.paid", bytes(""))).hasSize(1);
    }

    private static byte[] bytes(String json) {
        return json.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void a_rule_for_what_is_no_type_is_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EventValidator.onType("order.*", Paid.class, paid -> List.of()));
    }

    @Test
    void one_exception_lists_the_violations_of_all_validators_and_no_values() {
        EventValidator both = EventValidator.beans().and(euros);

        assertThatExceptionOfType(EventValidationException.class)
                .isThrownBy(() -> both.requireValid("order.paid", new Paid("", -4711, "USD")))
                .withMessage("event order.paid: 3 violations: amount must be greater than 0; orderId must not be blank;"
                        + " currency must be EUR")
                .satisfies(e -> {
                    assertThat(e.type()).isEqualTo("order.paid");
                    assertThat(e.violations())
                            .extracting(Violation::path)
                            .containsExactly("amount", "orderId", "currency");
                });
        assertThatCode(() -> both.requireValid("order.paid", new Paid("o", 1, "EUR")))
                .doesNotThrowAnyException();
    }

    @Test
    void the_second_validator_is_asked_even_if_the_first_finds_nothing() {
        EventValidator both = EventValidator.none().and(euros).and(EventValidator.none());

        assertThat(both.validate("order.paid", new Paid("", 0, "USD")))
                .containsExactly(new Violation("currency", "must be EUR"));
    }

    @Test
    void no_validator_accepts_everything() {
        assertThat(EventValidator.none().validate("order.paid", new Paid("", -1, "")))
                .isEmpty();
    }

    @Test
    void thousands_of_violations_make_no_message_of_a_megabyte() {
        List<Violation> violations = IntStream.range(0, 10_000)
                .mapToObj(i -> new Violation("lines[" + i + "]", "must not be blank"))
                .toList();

        EventValidationException e = new EventValidationException("order.placed", violations);

        assertThat(e.violations()).hasSize(10_000);
        assertThat(e.getMessage())
                .startsWith("event order.placed: 10000 violations: lines[0] must not be blank; lines[1] ")
                .endsWith("lines[99] must not be blank; and 9900 more");
    }

    @Test
    void an_exception_without_a_violation_is_a_mistake() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new EventValidationException("order.paid", List.of()))
                .isNotInstanceOf(EventValidationException.class);
    }
}
