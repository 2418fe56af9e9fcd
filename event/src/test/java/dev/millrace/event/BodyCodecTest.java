package dev.millrace.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

class BodyCodecTest {

    record Item(String sku, int quantity) {}

    record Order(String orderId, BigDecimal amount, Instant paidAt, Duration took, List<Item> items) {}

    record Positive(int amount) {
        Positive {
            if (amount < 0) {
                throw new IllegalArgumentException("negative: " + amount);
            }
        }
    }

    static final class Unwritable {

        public String getName() {
            throw new IllegalStateException("secret");
        }
    }

    private final BodyCodec codec = BodyCodec.json();

    @Test
    void a_record_is_written_in_declaration_order_compact_and_exact_and_read_back() {
        Order order = new Order(
                "Zoë-1",
                new BigDecimal("12345678901234567890.10"),
                Instant.parse("2026-11-21T08:15:30Z"),
                Duration.ofSeconds(90),
                List.of(new Item("北", 2)));

        byte[] bytes = codec.encode(order);

        assertThat(bytes)
                .asString(UTF_8)
                .isEqualTo("{\"orderId\":\"Zoë-1\",\"amount\":12345678901234567890.10,"
                        + "\"paidAt\":\"2026-11-21T08:15:30Z\",\"took\":\"PT1M30S\","
                        + "\"items\":[{\"sku\":\"北\",\"quantity\":2}]}");
        assertThat(codec.decode(Body.of(bytes), Order.class)).isEqualTo(order);
    }

    @Test
    void a_body_is_read_out_of_the_middle_of_an_array() {
        byte[] bytes = "xx{\"sku\":\"a\",\"quantity\":1}yy".getBytes(UTF_8);

        assertThat(codec.decode(new Body(bytes, 2, bytes.length - 4), Item.class))
                .isEqualTo(new Item("a", 1));
    }

    @Test
    void members_that_the_type_does_not_know_are_ignored() {
        assertThat(decode("{\"quantity\":1,\"more\":{\"a\":[1]},\"sku\":\"a\"}", Item.class))
                .isEqualTo(new Item("a", 1));
    }

    @Test
    void untyped_numbers_stay_exact() {
        assertThat(decode("{\"a\":0.10}", Map.class).get("a")).isEqualTo(new BigDecimal("0.10"));
        assertThat(codec.encode(decode("{\"a\":1E+3}", Map.class)))
                .asString(UTF_8)
                .isEqualTo("{\"a\":1000}");
    }

    @Test
    void maps_trees_and_texts_are_bodies_too() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("z", 1);
        map.put("a", "x");

        assertThat(codec.encode(map)).asString(UTF_8).isEqualTo("{\"z\":1,\"a\":\"x\"}");
        assertThat(codec.encode("a \"text\"")).asString(UTF_8).isEqualTo("\"a \\\"text\\\"\"");
        assertThat(decode("{\"a\":[1]}", JsonNode.class).at("/a/0").asInt()).isEqualTo(1);
        assertThat(decode("\"x\"", Object.class)).isEqualTo("x");
        assertThat(codec.encode(decode("{\"b\":1,\"a\":2}", JsonNode.class)))
                .asString(UTF_8)
                .isEqualTo("{\"b\":1,\"a\":2}");
    }

    @Test
    void bytes_are_json_already_and_travel_as_they_are() {
        byte[] json = "{\"b\":1.50, \"a\":\"\\u00e9é\"}".getBytes(UTF_8);

        assertThat(codec.encode(json)).isEqualTo(json).isNotSameAs(json);
        assertThat(codec.decode(Body.of(json), byte[].class)).isEqualTo(json).isNotSameAs(json);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{}\n", " {}", "{} {}", "[1,\n2]", "hello"})
    void bytes_that_are_not_one_line_of_json_are_refused(String json) {
        assertThatThrownBy(() -> codec.encode(json.getBytes(UTF_8)))
                .isInstanceOf(BodyCodecException.class)
                .hasMessageContaining("byte[] body is not one compact JSON value");
    }

    @Test
    void a_misfit_names_type_and_path_and_never_the_value() {
        assertThatThrownBy(() -> decode("{\"items\":[{\"quantity\":\"top secret\"}]}", Order.class))
                .isInstanceOf(BodyCodecException.class)
                .hasMessageContaining("$.items[0].quantity")
                .hasMessageContaining(Order.class.getName())
                .hasNoCause()
                .message()
                .doesNotContain("secret");
    }

    @Test
    void a_constructor_that_refuses_a_value_does_not_give_it_away() {
        assertThatThrownBy(() -> decode("{\"amount\":-4711}", Positive.class))
                .isInstanceOf(BodyCodecException.class)
                .hasMessageContaining("IllegalArgumentException")
                .message()
                .doesNotContain("4711");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{\"sku\":\"secret", "{\"sku\":secret}", "null"})
    void bytes_that_are_no_such_body_are_refused(String json) {
        assertThatThrownBy(() -> decode(json, Item.class))
                .isInstanceOf(BodyCodecException.class)
                .hasMessageContaining(Item.class.getName())
                .message()
                .doesNotContain("secret");
    }

    @Test
    void a_body_nested_too_deeply_is_refused_and_does_not_overflow_the_stack() {
        assertThatThrownBy(() -> decode("[".repeat(100_000), Object.class)).isInstanceOf(BodyCodecException.class);

        List<Object> endless = new ArrayList<>();
        endless.add(endless);
        assertThatThrownBy(() -> codec.encode(endless)).isInstanceOf(BodyCodecException.class);
    }

    @Test
    void a_body_that_cannot_be_written_is_refused_with_its_class() {
        Unwritable body = new Unwritable();

        assertThatThrownBy(() -> codec.encode(body))
                .isInstanceOf(BodyCodecException.class)
                .hasMessageContaining(Unwritable.class.getName())
                .message()
                .doesNotContain("secret");
    }

    @Test
    void a_mapper_of_ones_own_is_used_but_never_indents() {
        BodyCodec own = BodyCodec.json(JsonMapper.builder()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .enable(SerializationFeature.WRAP_ROOT_VALUE)
                .build());

        assertThat(own.encode(new Item("a", 1))).asString(UTF_8).isEqualTo("{\"Item\":{\"sku\":\"a\",\"quantity\":1}}");
        assertThat(own.contentType()).isEqualTo("application/json");
    }

    private <T> T decode(String json, Class<T> type) {
        return codec.decode(Body.of(json.getBytes(UTF_8)), type);
    }

    /** Writes a value of its own while it is being written. */
    public static final class Nested {

        public String getInner() {
            return new String(BodyCodec.json().encode(new Item("inner", 1)), UTF_8);
        }
    }

    @Test
    void values_written_one_after_another_know_nothing_of_each_other_or_of_a_failure_in_between() {
        Item item = new Item("s", 1);
        String json = "{\"sku\":\"s\",\"quantity\":1}";
        assertThat(codec.encode(item)).asString(UTF_8).isEqualTo(json);
        assertThat(codec.encode(Map.of())).asString(UTF_8).isEqualTo("{}");
        assertThatThrownBy(() -> codec.encode(List.of(item, new Unwritable()))).isInstanceOf(BodyCodecException.class);
        assertThat(codec.encode("x".repeat(100_000))).hasSize(100_002);
        assertThat(codec.encode(item)).asString(UTF_8).isEqualTo(json);
    }

    @Test
    void a_value_may_write_another_while_it_is_written() {
        codec.encode(Map.of()); // the thread has a generator from here on
        assertThat(codec.encode(new Nested()))
                .asString(UTF_8)
                .isEqualTo("{\"inner\":\"{\\\"sku\\\":\\\"inner\\\",\\\"quantity\\\":1}\"}");
    }
}
