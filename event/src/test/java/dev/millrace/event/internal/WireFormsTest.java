package dev.millrace.event.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class WireFormsTest {

    private static final String HEADER =
            "{\"id\":\"1\",\"type\":\"a.b\",\"origin\":\"o\",\"timestamp\":\"2026-11-21T08:15:30.000Z\"}";

    @Test
    void an_envelope_is_found_among_other_fields() {
        String envelope = "{\"pattern\":\"a.b\",\"data\":{\"header\":" + HEADER + ",\"body\":1}}";

        List<DecodedEvent> events = WireForms.decode(fields("extra", "x", "data", envelope), "1-0");

        assertThat(events).singleElement().satisfies(event -> {
            assertThat(event.header().type()).isEqualTo("a.b");
            assertThat(event.body().copy()).asString(UTF_8).isEqualTo("1");
        });
    }

    @Test
    void header_and_body_may_stand_in_fields_of_their_own() {
        List<DecodedEvent> events = WireForms.decode(fields("body", " {\"a\":1}\n", "header", HEADER), "1-0");

        assertThat(events).singleElement().satisfies(event -> {
            assertThat(event.header().id()).isEqualTo("1");
            assertThat(event.body().copy()).asString(UTF_8).isEqualTo("{\"a\":1}");
            assertThat(event.header().hash()).isEqualTo(BodyHash.sha256Hex("{\"a\":1}".getBytes(UTF_8), 0, 7));
        });
    }

    @Test
    void an_entry_without_these_fields_is_malformed() {
        assertThatThrownBy(() -> WireForms.decode(fields("hello", "world", "header", HEADER), "1-0"))
                .isInstanceOf(MalformedEntryException.class)
                .hasMessageContaining("neither a field 'data'");
    }

    @Test
    void an_entry_with_a_name_but_no_value_is_malformed() {
        assertThatThrownBy(() -> WireForms.decode(fields("data"), "1-0")).isInstanceOf(MalformedEntryException.class);
    }

    @Test
    void more_bytes_after_header_or_body_are_malformed() {
        assertThatThrownBy(() -> WireForms.decode(fields("header", HEADER + "x", "body", "1"), "1-0"))
                .isInstanceOf(MalformedEntryException.class);
        assertThatThrownBy(() -> WireForms.decode(fields("header", HEADER, "body", "1 2"), "1-0"))
                .isInstanceOf(MalformedEntryException.class);
    }

    private static List<byte[]> fields(String... namesAndValues) {
        return Stream.of(namesAndValues).map(text -> text.getBytes(UTF_8)).toList();
    }
}
