package dev.millrace.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.beans.ConstructorProperties;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

/** Values are made another way than Jackson's, and nobody can tell. */
class ConstructorInstantiatorTest {

    record Item(String sku, int quantity, List<Item> parts) {}

    record Checked(int amount) {
        Checked {
            if (amount < 0) {
                throw new IllegalArgumentException("negative");
            }
        }
    }

    record Fatal(int amount) {
        Fatal {
            throw new StackOverflowError("for a test");
        }
    }

    /** Knows who called its constructor. */
    record Called(int amount, List<String> by) {
        Called {
            by = Arrays.stream(new Throwable().getStackTrace())
                    .map(StackTraceElement::getClassName)
                    .toList();
        }
    }

    /** Made by a constructor that is not public. */
    static final class Hidden {

        private final String name;

        @ConstructorProperties("name")
        Hidden(String name) {
            this.name = name;
        }

        @Override
        public String toString() {
            return "Hidden " + name;
        }
    }

    /** Made by a method. */
    static final class Made {

        private final String name;

        private Made(String name) {
            this.name = name;
        }

        public static Made valueOf(String name) {
            return new Made("made of " + name);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** Has setters, and no constructor that takes anything. */
    static final class Bean {

        private String name = "none";

        public void setName(String given) {
            name = given;
        }

        @Override
        public String toString() {
            return "Bean " + name;
        }
    }

    private final JsonMapper usual = JsonMapper.builder().build();
    private final JsonMapper ours =
            JsonMapper.builder().addModule(ConstructorInstantiator.module()).build();

    record Reading(Class<?> type, String json) {}

    static Stream<Reading> what_is_read_or_refused_is_what_jackson_reads_or_refuses() {
        return Stream.of(
                new Reading(Item.class, "{\"sku\":\"a\",\"quantity\":2,\"parts\":[{\"sku\":\"b\",\"quantity\":1}]}"),
                new Reading(Item.class, "{\"quantity\":2,\"sku\":\"other order\"}"),
                new Reading(Item.class, "{}"),
                new Reading(Item.class, "{\"sku\":\"a\",\"quantity\":null}"),
                new Reading(Item.class, "{\"sku\":\"a\",\"quantity\":\"many\"}"),
                new Reading(Checked.class, "{\"amount\":1}"),
                new Reading(Checked.class, "{\"amount\":-1}"),
                new Reading(Hidden.class, "{\"name\":\"x\"}"),
                new Reading(Made.class, "\"x\""),
                new Reading(Bean.class, "{\"name\":\"x\"}"));
    }

    @ParameterizedTest
    @MethodSource
    void what_is_read_or_refused_is_what_jackson_reads_or_refuses(Reading reading) {
        assertThat(outcome(ours, reading)).isEqualTo(outcome(usual, reading));
    }

    private static String outcome(JsonMapper mapper, Reading reading) {
        String[] read = new String[1];
        Throwable refused = catchThrowable(
                () -> read[0] = String.valueOf(mapper.readValue(reading.json(), (Class<?>) reading.type())));
        return refused == null
                ? read[0]
                : refused.getClass().getName() + ": " + refused.getMessage() + " " + refused.getCause();
    }

    @Test
    void an_error_of_a_constructor_goes_through_as_it_is() {
        assertThatThrownBy(() -> ours.readValue("{\"amount\":1}", Fatal.class))
                .isInstanceOf(StackOverflowError.class)
                .hasMessage("for a test");
    }

    @Test
    void a_record_is_made_by_its_constructor_and_not_by_adapted_method_handles() {
        assertThat(ours.readValue("{\"amount\":1}", Called.class).by())
                .contains(ConstructorInstantiator.class.getName())
                .noneMatch(name -> name.startsWith("java.lang.invoke.MethodHandle"));
        assertThat(BodyCodec.json()
                        .decode(Body.of("{\"amount\":1}".getBytes(UTF_8)), Called.class)
                        .by())
                .as("the codec has it")
                .contains(ConstructorInstantiator.class.getName());
    }
}
