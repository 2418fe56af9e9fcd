package dev.millrace.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BeanValidatorTest {
    private static final String SECRET = "s3cr3t";

    private final EventValidator beans = EventValidator.beans();

    record OrderPaid(@NotBlank String orderId, @Positive BigDecimal amount) {}

    record Line(@NotBlank String sku, @Max(9) int count) {}

    record OrderPlaced(
            @NotNull @Valid Line first,
            List<@Valid Line> lines,
            Set<@NotBlank String> tags,
            Map<@Size(max = 3) String, @NotBlank String> notes,
            Optional<@Email String> contact) {}

    record Login(
            @Pattern(regexp = "[a-z]+", message = "is wrong: ${validatedValue} {validatedValue}")
            String password) {}

    @InOrder
    record Span(int from, int to) {}

    @Constraint(validatedBy = InOrder.Check.class)
    @Retention(RetentionPolicy.RUNTIME)
    @interface InOrder {
        String message() default "must end after it begins";

        Class<?>[] groups() default {};

        Class<? extends Payload>[] payload() default {};

        class Check implements ConstraintValidator<InOrder, Span> {
            @Override
            public boolean isValid(Span span, ConstraintValidatorContext context) {
                return span.from() <= span.to();
            }
        }
    }

    @Test
    void a_record_is_checked_by_its_own_constraints() {
        assertThat(beans.validate("order.paid", new OrderPaid("o-17", BigDecimal.ONE)))
                .isEmpty();
        assertThat(beans.validate("order.paid", new OrderPaid(" ", BigDecimal.ZERO)))
                .containsExactly(
                        new Violation("amount", "must be greater than 0"),
                        new Violation("orderId", "must not be blank"));
    }

    @Test
    void every_violation_has_its_path_and_no_value_not_even_the_key_of_a_map() {
        OrderPlaced order = new OrderPlaced(
                new Line("", 1),
                List.of(new Line("a", 1), new Line("b", 10)),
                Set.of(" "),
                Map.of(SECRET, "", "ok", "fine"),
                Optional.of(SECRET));

        assertThat(beans.validate("order.placed", order))
                .containsExactly(
                        new Violation("contact", "must be a well-formed email address"),
                        new Violation("first.sku", "must not be blank"),
                        new Violation("lines[1].count", "must be less than or equal to 9"),
                        new Violation("notes[*]", "must not be blank"),
                        new Violation("notes[*].<map key>", "size must be between 0 and 3"),
                        new Violation("tags[*]", "must not be blank"));
    }

    @Test
    void a_message_that_asks_for_the_value_does_not_get_it() {
        assertThat(beans.validate("user.seen", new Login(SECRET + "!")))
                .singleElement()
                .satisfies(violation ->
                        assertThat(violation.message()).startsWith("is wrong").doesNotContain(SECRET));
    }

    @Test
    void a_constraint_on_the_whole_body_has_an_empty_path() {
        assertThat(beans.validate("span.drawn", new Span(2, 1)))
                .containsExactly(new Violation("", "must end after it begins"))
                .first()
                .hasToString("body must end after it begins");
    }

    @Test
    void the_machines_locale_does_not_word_the_message() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.GERMANY);
            assertThat(beans.validate("order.placed", new Line("x", 10)))
                    .extracting(Violation::message)
                    .containsExactly("must be less than or equal to 9");
        } finally {
            Locale.setDefault(before);
        }
    }

    static List<Object> bodiesWithoutConstraints() {
        return List.of(
                "text",
                7,
                true,
                Map.of("orderId", ""),
                List.of(1),
                new byte[] {'{', '}'},
                new Object[] {1},
                Thread.State.NEW,
                new Object());
    }

    @ParameterizedTest
    @MethodSource("bodiesWithoutConstraints")
    void a_body_without_constraints_is_accepted(Object body) {
        assertThat(beans.validate("order.paid", body)).isEmpty();
    }

    @Test
    void a_class_named_for_a_type_checks_maps_and_json_too() {
        EventValidator validator = EventValidator.beans().type("order.paid", OrderPaid.class);
        byte[] json = "{\"orderId\":\"\",\"amount\":1}".getBytes(StandardCharsets.UTF_8);

        assertThat(validator.validate("order.paid", Map.of("orderId", "o-17", "amount", 0)))
                .containsExactly(new Violation("amount", "must be greater than 0"));
        assertThat(validator.validate("order.paid", json))
                .containsExactly(new Violation("orderId", "must not be blank"));
        assertThat(validator.validate("order.paid", new OrderPaid("", BigDecimal.ONE)))
                .hasSize(1);
        assertThat(validator.validate("order.sent", Map.of("orderId", ""))).isEmpty();
        assertThat(validator.validate("order.paid", new Line("", 1)))
                .as("its own class first")
                .containsExactly(new Violation("sku", "must not be blank"));
    }

    @Test
    void what_cannot_be_read_as_the_types_class_is_a_violation_that_quotes_nothing() {
        EventValidator validator = EventValidator.beans().type("order.paid", OrderPaid.class);

        assertThat(validator.validate("order.paid", Map.of("orderId", "o-17", "amount", SECRET)))
                .singleElement()
                .satisfies(violation -> {
                    assertThat(violation.path()).isEmpty();
                    assertThat(violation.message())
                            .startsWith("cannot be read as " + OrderPaid.class.getName())
                            .contains("amount")
                            .doesNotContain(SECRET);
                });
    }

    @Test
    void a_type_is_given_one_class_and_a_validator_never_changes() {
        BeanValidator before = EventValidator.beans();
        BeanValidator after = before.type("order.paid", OrderPaid.class);

        assertThat(before.validate("order.paid", Map.of("orderId", ""))).isEmpty();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> after.type("order.paid", Line.class))
                .withMessageContaining("type \"order.paid\" has a class");
        assertThatIllegalArgumentException().isThrownBy(() -> before.type("order.*", OrderPaid.class));
    }

    @Test
    void a_validator_of_ones_own_is_used_as_it_is() {
        EventValidator own = EventValidator.beans(jakarta.validation.Validation.byDefaultProvider()
                .configure()
                .messageInterpolator(new org.hibernate.validator.messageinterpolation.ParameterMessageInterpolator(
                        Set.of(Locale.GERMAN), Locale.GERMAN, false))
                .buildValidatorFactory()
                .getValidator());

        assertThat(own.validate("order.paid", new OrderPaid("", BigDecimal.ONE)))
                .containsExactly(new Violation("orderId", "darf nicht leer sein"));
    }

    @Test
    void no_expression_language_is_needed() {
        assertThatExceptionOfType(ClassNotFoundException.class)
                .isThrownBy(() -> Class.forName("jakarta.el.ExpressionFactory"));
    }

    @Test
    void many_threads_share_one_validator() throws Exception {
        EventValidator validator = EventValidator.beans().type("order.paid", OrderPaid.class);
        Callable<Integer> work = () -> {
            int found = 0;
            for (int i = 0; i < 500; i++) {
                found += validator
                        .validate("order.paid", new OrderPaid("", BigDecimal.ZERO))
                        .size();
                found += validator
                        .validate("order.paid", Map.of("orderId", "", "amount", 1))
                        .size();
            }
            return found;
        };
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<Integer>> results = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                results.add(threads.submit(work));
            }
            for (Future<Integer> result : results) {
                assertThat(result.get()).isEqualTo(1_500);
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
