package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ConsumerServerBuilderTest {

    private static ConsumerServerBuilder complete() {
        return ConsumerServer.builder().redis("redis://localhost:1").stream("order-events")
                .group("shipping");
    }

    static Stream<Arguments> nonsense() {
        return Stream.of(
                row(b -> b.stream(" "), "stream: got ' '; use a name that is not blank, without control characters"),
                row(
                        b -> b.group("a\nb"),
                        "group: got 'a\nb'; use a name that is not blank, without control characters"),
                row(b -> b.consumer(""), "consumer: got ''; use a name that is not blank, without control characters"),
                row(
                        b -> b.deadLetterStream("order-events"),
                        "deadLetterStream: got order-events; use a stream other than the one that is read"),
                row(b -> b.concurrency(0), "concurrency: got 0; use 1 to 10000"),
                row(b -> b.maxPending(-5), "maxPending: got -5; use 1 to 1000000"),
                row(b -> b.maxPending(5), "maxPending: got 5; use at least concurrency, 32"),
                row(b -> b.maxDeliveries(0), "maxDeliveries: got 0; use 1 to 900"),
                row(b -> b.claimIdle(Duration.ZERO), "claimIdle: got PT0S; use PT0.3S to PT168H"),
                row(b -> b.readBlock(Duration.ofSeconds(5)), "readBlock: got PT5S; use PT0.001S to PT2S"),
                row(
                        b -> b.commandTimeout(Duration.ofMillis(500)).readBlock(Duration.ofSeconds(1)),
                        "readBlock: got PT1S; use less than commandTimeout, PT0.5S"),
                row(
                        b -> b.claimIdle(Duration.ofSeconds(15)).commandTimeout(Duration.ofSeconds(10)),
                        "commandTimeout: got PT10S; use at most a third of claimIdle, PT5S, or a longer claimIdle"),
                row(b -> b.closeTimeout(Duration.ofSeconds(-1)), "closeTimeout: got PT-1S; use PT0S to PT1H"));
    }

    private static Arguments row(UnaryOperator<ConsumerServerBuilder> change, String message) {
        return Arguments.of(change, message);
    }

    @ParameterizedTest
    @MethodSource("nonsense")
    void nonsense_is_refused_with_key_value_and_mend(UnaryOperator<ConsumerServerBuilder> change, String message) {
        assertThatThrownBy(() -> change.apply(complete()).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void a_missing_option_is_named_with_an_example() {
        assertThatThrownBy(() -> ConsumerServer.builder().build())
                .hasMessage("redis: not given; use redis(\"redis://localhost:6379\")");
        assertThatThrownBy(() ->
                        ConsumerServer.builder().redis("redis://localhost:1").build())
                .hasMessage("stream: not given; use stream(\"order-events\")");
    }

    @Test
    void a_server_without_handlers_does_not_start_and_pass_over_everything() {
        assertThatThrownBy(() -> complete().build().start()).hasMessage("no handlers; call addHandler before start()");
    }

    @Test
    void a_start_position_that_is_no_entry_id_is_refused() {
        assertThatThrownBy(() -> StartFrom.after("yesterday"))
                .hasMessage("entryId: got 'yesterday'; use <milliseconds>-<sequence>, as in 1763692728000-0");
    }
}
