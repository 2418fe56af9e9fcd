package dev.millrace.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventHeaderTest {

    @Test
    void a_type_is_all_that_a_header_needs() {
        Instant now = Instant.parse("2026-11-21T08:15:30.123456Z");

        EventHeader header = EventHeader.builder("order.paid").build(InstantSource.fixed(now));

        assertThat(header.id()).hasSize(36);
        assertThat(header.timestamp()).isEqualTo("2026-11-21T08:15:30.123Z");
        assertThat(header.version()).isEqualTo("1.0.0");
        assertThat(header.origin()).isEmpty();
        assertThat(header.hash()).isEmpty();
        assertThat(header.correlationId()).isNull();
        assertThat(header.context()).isEmpty();
    }

    @Test
    void a_header_does_not_change_with_the_builder_it_came_from() {
        EventHeader.Builder builder = EventHeader.builder("order.paid").key("a").context("region", "eu");
        EventHeader header = builder.build();

        builder.key("b").context("region", "us").type("x");

        assertThat(header.key()).isEqualTo("a");
        assertThat(header.type()).isEqualTo("order.paid");
        assertThat(header.context()).containsOnly(Map.entry("region", "eu"));
        assertThatThrownBy(() -> header.context().put("a", "b")).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void a_header_for_which_nothing_had_to_be_filled_in_does_not_change_either() {
        EventHeader.Builder builder = EventHeader.builder("order.paid")
                .id("e-1")
                .timestamp(Instant.EPOCH)
                .key("a")
                .context("region", "eu");
        EventHeader header = builder.build();

        EventHeader other = builder.key("b").context("region", "us").id("e-2").build();
        builder.key("c");

        assertThat(header.id()).isEqualTo("e-1");
        assertThat(header.key()).isEqualTo("a");
        assertThat(header.context()).containsOnly(Map.entry("region", "eu"));
        assertThat(other.id()).isEqualTo("e-2");
        assertThat(other.key()).isEqualTo("b");
        assertThat(other.context()).containsOnly(Map.entry("region", "us"));
    }

    @Test
    void a_rebuilt_header_is_the_same_event() {
        EventHeader header = EventHeader.builder("order.paid")
                .userId("u")
                .context("region", "eu")
                .build();

        assertThat(header.toBuilder().build()).isEqualTo(header).hasSameHashCodeAs(header);
        assertThat(header.toBuilder().userId(null).build()).isNotEqualTo(header);
    }

    @Test
    void a_header_does_not_change_with_the_builder_that_began_with_it() {
        EventHeader header =
                EventHeader.builder("order.paid").context("region", "eu").build();
        EventHeader.Builder builder = header.toBuilder();

        EventHeader changed = builder.userId("u").context("region", "us").build();
        builder.context("region", "asia");

        assertThat(header.userId()).isNull();
        assertThat(header.context()).containsEntry("region", "eu");
        assertThat(changed.context()).containsEntry("region", "us");
    }

    @Test
    void one_builder_gives_each_header_an_id_of_its_own() {
        EventHeader.Builder builder = EventHeader.builder("order.paid");

        assertThat(builder.build().id()).isNotEqualTo(builder.build().id());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "order.paid", "github.check_run.re-requested", "A.B9", "1"})
    void dotted_types_are_allowed(String type) {
        assertThatCode(() -> EventHeader.builder(type).build()).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({
        "'', 0 characters",
        "., an empty segment",
        "a., an empty segment at position 1",
        ".a, an empty segment at position 0",
        "a..b, an empty segment at position 2",
        "a b, not allowed at position 1",
        "a.*, not allowed at position 2",
        "größe, not allowed at position 2"
    })
    void other_types_are_refused_with_the_place_of_the_fault(String type, String message) {
        EventHeader.Builder builder = EventHeader.builder(type);

        assertThatThrownBy(builder::build)
                .isInstanceOf(InvalidEventException.class)
                .hasMessageContaining(message);
    }

    @Test
    void a_type_has_at_most_255_characters() {
        assertThatCode(() -> EventHeader.builder("a".repeat(255)).build()).doesNotThrowAnyException();
        assertThatThrownBy(() -> EventHeader.builder("a".repeat(256)).build()).hasMessageContaining("256 characters");
    }

    @Test
    void a_blank_or_overlong_member_is_refused_by_name() {
        assertThatThrownBy(() -> EventHeader.builder("a").key(" ").build()).hasMessageContaining("key is blank");
        assertThatThrownBy(() -> EventHeader.builder("a").version("").build()).hasMessageContaining("version is blank");
        assertThatThrownBy(() ->
                        EventHeader.builder("a").tenantId("x".repeat(1025)).build())
                .hasMessageContaining("tenantId has 1025 characters; at most 1024");
        assertThatThrownBy(
                        () -> EventHeader.builder("a").origin("x".repeat(256)).build())
                .hasMessageContaining("origin has 256 characters; at most 255");
    }

    @ParameterizedTest
    @ValueSource(strings = {"secret\n", "secret\u0000", "secret\u007f", "secret \ud83d pair", "secret \ude80 pair"})
    void control_characters_and_half_pairs_are_refused_without_showing_whose_they_are(String value) {
        EventHeader.Builder builder = EventHeader.builder("a").userId(value);

        assertThatThrownBy(builder::build)
                .isInstanceOf(InvalidEventException.class)
                .hasMessageContaining("userId")
                .message()
                .doesNotContain("secret");
    }

    @Test
    void a_timestamp_must_have_a_year_of_four_digits() {
        assertThatThrownBy(() -> EventHeader.builder("a").timestamp(Instant.MAX).build())
                .hasMessageContaining("timestamp");
        assertThatThrownBy(() -> EventHeader.builder("a").build(InstantSource.fixed(Instant.MIN)))
                .hasMessageContaining("timestamp");
    }

    @Test
    void a_context_is_bounded() {
        EventHeader.Builder builder = EventHeader.builder("a").context("empty", "");
        for (int i = 1; i < 64; i++) {
            builder.context("name" + i, "value");
        }

        builder.context("name1", "replaced");
        assertThatThrownBy(() -> builder.context("one-more", "x")).hasMessageContaining("64 members");
        assertThatThrownBy(() -> builder.context("name1", "x".repeat(4097))).hasMessageContaining("4097 characters");
    }

    @Test
    void an_unknown_member_must_be_json_and_unknown() {
        EventHeader.Builder builder = EventHeader.builder("a").unknownMember("priority", "7");

        assertThat(builder.build().unknownMembers()).containsEntry("priority", "7");
        assertThatThrownBy(() -> builder.unknownMember("key", "\"x\"")).hasMessageContaining("known member");
        assertThatThrownBy(() -> builder.unknownMember("x", "{")).hasMessageContaining("not JSON");
    }

    @Test
    void whose_event_it_is_never_shows_in_a_log_line() {
        EventHeader header = EventHeader.builder("order.paid")
                .id("1")
                .origin("billing")
                .userId("alice")
                .build();

        assertThat(header).hasToString("EventHeader[id=1, type=order.paid, origin=billing]");
        assertThat(new Event(header, "secret").toString())
                .contains("order.paid")
                .doesNotContain("secret");
    }
}
