package dev.millrace.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Null;
import jakarta.validation.constraints.Positive;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a team chooses beyond the rules themselves: groups, modes, unknown types, lists. */
class ValidationChoicesTest {

    interface OnCreate {}

    interface OnUpdate {}

    record User(
            @Null(groups = OnCreate.class) @NotBlank(groups = OnUpdate.class)
            String id,

            @NotBlank String name) {}

    record Line(@NotBlank String sku, @Positive int count) {}

    private final BeanValidator beans = EventValidator.beans();

    @Test
    void groups_hold_for_the_types_that_name_them() {
        EventValidator validator = beans.type("user.created", User.class, OnCreate.class)
                .type("user.renamed", User.class, OnUpdate.class)
                .type("user.seen", User.class);
        User known = new User("u-1", "");

        assertThat(validator.validate("user.created", known)).containsExactly(new Violation("id", "must be null"));
        assertThat(validator.validate("user.created", Map.of("id", "u-1")))
                .containsExactly(new Violation("id", "must be null"));
        assertThat(validator.validate("user.renamed", new User("", "x")))
                .containsExactly(new Violation("id", "must not be blank"));
        assertThat(validator.validate("user.seen", known)).containsExactly(new Violation("name", "must not be blank"));
    }

    @Test
    void groups_of_the_validator_hold_where_a_type_names_none() {
        EventValidator validator = beans.groups(OnUpdate.class).type("user.renamed", User.class);

        assertThat(validator.validate("user.renamed", new User("", "")))
                .containsExactly(new Violation("id", "must not be blank"));
        assertThat(validator.validate("user.moved", new User("", "")))
                .containsExactly(new Violation("id", "must not be blank"));
        assertThat(beans.validate("user.moved", new User("", "")))
                .containsExactly(new Violation("name", "must not be blank"));
    }

    @Test
    void the_schema_of_a_type_says_how_it_is_checked() {
        EventValidator validator = beans.type("user.created", User.class, OnCreate.class)
                .and(EventValidator.onType("order.paid", Line.class, line -> List.of()));

        assertThat(validator.schema("user.created"))
                .contains(new Schema("user.created", User.class, List.of(OnCreate.class)));
        assertThat(validator.schema("order.paid")).contains(new Schema("order.paid", Line.class, List.of()));
        assertThat(validator.schema("order.sent")).isEmpty();
        assertThat(validator.mode(ValidationMode.WARN).schema("order.paid")).isPresent();
    }

    @Test
    void unknown_types_are_accepted_unless_they_are_refused() {
        EventValidator rules = beans.type("order.placed", Line.class);
        EventValidator strict = rules.refuseUnknownTypes();

        assertThat(rules.validate("order.lost", new Line("a", 1))).isEmpty();
        assertThat(strict.validate("order.placed", new Line("a", 1))).isEmpty();
        assertThat(strict.validate("order.placed", new Line("", 1))).hasSize(1);
        assertThatExceptionOfType(EventValidationException.class)
                .isThrownBy(() -> strict.requireValid("order.lost", new Line("a", 1)))
                .withMessage(
                        "event order.lost: 1 violation: body is of a type that no rule is for, and unknown types are"
                                + " refused; check the type, or add a rule for it");
    }

    @Test
    void warn_accepts_and_warns_ever_more_rarely_without_values() {
        List<String> warnings = new ArrayList<>();
        EventValidator warning = new WarningValidator(beans, warnings::add);

        for (int i = 0; i < 100; i++) {
            assertThat(warning.validate("order.placed", new Line("s3cr3t", -4711)))
                    .isEmpty();
        }
        assertThat(warnings)
                .hasSize(7)
                .allSatisfy(text -> assertThat(text)
                        .startsWith("event order.placed: 1 violation: count must be greater than 0")
                        .doesNotContain("4711", "s3cr3t"));
        assertThat(warnings.get(6)).contains("so far: 64");
    }

    @Test
    void modes_decide_what_becomes_of_violations() {
        Line bad = new Line("", 0);

        assertThat(beans.mode(ValidationMode.STRICT).validate("order.placed", bad))
                .hasSize(2);
        assertThat(beans.mode(ValidationMode.WARN).validate("order.placed", bad))
                .isEmpty();
        assertThatCode(() -> beans.mode(ValidationMode.OFF).requireValid("order.placed", bad))
                .doesNotThrowAnyException();
    }

    @Test
    void each_element_of_a_list_is_checked_and_its_place_told() {
        List<Line> lines = List.of(new Line("a", 1), new Line("", 0), new Line("b", 0));

        assertThat(beans.validate("lines.added", lines))
                .containsExactly(
                        new Violation("[1].count", "must be greater than 0"),
                        new Violation("[1].sku", "must not be blank"),
                        new Violation("[2].count", "must be greater than 0"));
        assertThat(beans.validate("lines.added", Arrays.asList(new Line("a", 1), null)))
                .isEmpty();
    }

    @Test
    void elements_that_are_maps_or_json_are_read_as_the_types_class() {
        EventValidator validator = beans.type("lines.added", Line.class);
        Violation second = new Violation("[1].sku", "must not be blank");
        Map<String, Object> good = Map.of("sku", "a", "count", 1);
        byte[] json = "[{\"sku\":\"a\",\"count\":1},{\"sku\":\"\",\"count\":1}]".getBytes(StandardCharsets.UTF_8);

        assertThat(validator.validate("lines.added", List.of(good, Map.of("sku", "", "count", 1))))
                .containsExactly(second);
        assertThat(validator.validate("lines.added", List.of(good, new Line("", 1))))
                .containsExactly(second);
        assertThat(validator.validate("lines.added", json)).containsExactly(second);
        assertThat(validator.validate("lines.added", new Object[] {good, new Line("", 1)}))
                .containsExactly(second);
        assertThat(validator.validate("lines.added", Arrays.asList(good, null)))
                .containsExactly(new Violation("[1]", "must not be null"));
        assertThat(validator.validate("lines.added", List.of())).isEmpty();
    }
}
