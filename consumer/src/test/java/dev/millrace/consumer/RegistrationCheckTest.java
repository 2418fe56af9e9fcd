package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.event.BodyCodec;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What start refuses, before it connects: no Redis is there. */
class RegistrationCheckTest {

    interface Shape {}

    record Order(String id) {}

    private static final EventHandler<Object> HANDLER = (body, header) -> {};

    private static ConsumerServer server() {
        return ConsumerServer.builder().redis("redis://localhost:1").stream("order-events")
                .group("shipping")
                .build();
    }

    private static HandlerOptions options() {
        return HandlerOptions.defaults();
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                row(
                        s -> s.addHandler(
                                "order.*", Object.class, HANDLER, options().streams("order-evnts")),
                        "streams (handler for 'order.*'): got 'order-evnts'; this server has [order-events]"),
                row(
                        s -> s.addHandler(
                                "order.*", Object.class, HANDLER, options().groups("billing")),
                        "groups (handler for 'order.*'): got 'billing'; this server has [shipping]"),
                row(
                        s -> s.addHandler("order.paid", Shape.class, (body, header) -> {}),
                        "bodyClass (handler for 'order.paid'): got " + Shape.class.getName()),
                row(
                        s -> s.addHandler("a.b", Object.class, HANDLER)
                                .addHandler(Set.of("a.b", "c"), Object.class, HANDLER),
                        "handler (handler for 'a.b, c'): got the same one twice"));
    }

    private static Arguments row(Consumer<ConsumerServer> add, String message) {
        return Arguments.of(add, message);
    }

    @ParameterizedTest
    @MethodSource("refused")
    void a_handler_that_cannot_work_is_refused_at_start(Consumer<ConsumerServer> add, String message) {
        ConsumerServer server = server();
        add.accept(server);
        assertThatThrownBy(server::start)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void handlers_that_differ_in_what_they_are_for_are_no_repetition() {
        ConsumerServer server = server();
        server.addHandler("a.b", Object.class, HANDLER, options().versions("1"))
                .addHandler("a.b", Object.class, HANDLER, options().versions("2"))
                .addHandler("a.c", Map.class, (body, header) -> {})
                .addHandler("a.c", Map.class, (body, header) -> {})
                .addHandler("a.c", byte[].class, (body, header) -> {})
                .addHandler("a.c", Order.class, (body, header) -> {});
        assertThatThrownBy(server::start)
                .as("all is well, but for Redis")
                .isInstanceOf(dev.millrace.redis.RedisSetupException.class);
    }

    @Test
    void types_that_are_none_are_refused_at_once() {
        ConsumerServer server = server();
        assertThatThrownBy(() -> server.addHandler(Set.of(), Object.class, HANDLER))
                .hasMessage("types of a handler: got none; name at least one, or ** for all");
        assertThatThrownBy(() -> server.addHandler("order..paid", Object.class, HANDLER))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("order..paid");
    }

    @Test
    void a_body_class_that_the_codec_does_not_know_is_refused() {
        ConsumerServer server = ConsumerServer.builder().redis("redis://localhost:1").stream("order-events")
                .group("shipping")
                .bodyCodec(BodyCodec.binary())
                .build();
        server.addHandler("order.paid", Order.class, (order, header) -> {});
        assertThatThrownBy(server::start).hasMessageContaining("the binary codec gives byte[] only");
    }
}
