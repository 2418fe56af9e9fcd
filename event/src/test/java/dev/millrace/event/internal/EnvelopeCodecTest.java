package dev.millrace.event.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.event.Classification;
import dev.millrace.event.EventHeader;
import dev.millrace.event.InvalidEventException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeCodecTest {

    private static final byte[] BODY = "{\"orderId\":\"o-17\",\"amount\":129.90}".getBytes(UTF_8);

    @Test
    void a_minimal_event_is_written_as_the_golden_file_says() {
        EventHeader header = EventHeader.builder("order.paid")
                .id("019aa5b0-4c3b-7000-8000-000000000001")
                .origin("billing")
                .timestamp(Instant.parse("2026-11-21T08:15:30Z"))
                .build();

        assertThat(EnvelopeCodec.encode(header, BODY, "")).asString(UTF_8).isEqualTo(golden("minimal"));
    }

    @Test
    void a_full_header_and_a_prefix_are_written_as_the_golden_file_says() {
        EventHeader header = fullHeader();

        assertThat(EnvelopeCodec.encode(header, BODY, "eu.")).asString(UTF_8).isEqualTo(golden("full-header"));
    }

    @Test
    void every_member_of_a_full_header_is_read_back() {
        EventHeader read = Golden.only("full-header").header();

        assertThat(read).isEqualTo(fullHeader().toBuilder().hash(read.hash()).build());
    }

    @Test
    void non_ascii_text_stays_unescaped_in_header_and_body() {
        DecodedEvent event = Golden.only("non-ascii");

        assertThat(event.header().key()).isEqualTo("käse-🧀");
        assertThat(EnvelopeCodec.encode(event.header(), event.body().copy(), ""))
                .asString(UTF_8)
                .isEqualTo(golden("non-ascii")
                        .replace(
                                "🧀\"}",
                                "🧀\",\"correlationId\":\"" + event.header().id() + "\"}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"minimal", "full-header", "non-ascii", "node-namespaced", "unknown-members"})
    void the_hash_on_the_wire_is_that_of_the_bodys_bytes(String name) {
        DecodedEvent event = Golden.only(name);

        byte[] body = event.body().copy();
        assertThat(BodyHash.sha256Hex(body, 0, body.length))
                .isEqualTo(event.header().hash());
    }

    @Test
    void unknown_members_survive_a_round_trip_byte_for_byte() {
        DecodedEvent event = Golden.only("unknown-members");

        byte[] again = EnvelopeCodec.encode(event.header(), event.body().copy(), "");

        assertThat(new String(again, UTF_8))
                .contains("\"context\":{\"region\":\"eu\",\"weights\":[1.50, 2e3]}")
                .contains(
                        "\"originPrefix\":\"eu.de\",\"priority\":7,\"flags\":{\"a\":true, \"b\":\"\\u00e9 ü\"},\"nothing\":null}");
        assertThat(EnvelopeCodec.decode(again, "1-0").get(0).header()).isEqualTo(event.header());
    }

    @Test
    void a_changed_header_still_carries_what_it_did_not_know() {
        EventHeader changed = Golden.only("unknown-members").header().toBuilder()
                .key("o-17")
                .context("more", "x")
                .build();

        assertThat(EnvelopeCodec.encode(changed, BODY, ""))
                .asString(UTF_8)
                .contains("\"key\":\"o-17\"", "\"more\":\"x\"", "\"weights\":[1.50, 2e3]", "\"priority\":7");
    }

    @Test
    void a_type_with_the_namespace_of_a_node_service_stays_as_it_is() {
        DecodedEvent event = Golden.only("node-namespaced");

        assertThat(event.header().type()).isEqualTo("user-service.user.created");
        assertThat(event.header().origin()).isEqualTo("user-service");
        assertThat(event.body().copy()).asString(UTF_8).contains("Zoë Müller 🚀");
    }

    @Test
    void a_batch_of_a_node_service_yields_each_of_its_events_with_an_index() {
        List<DecodedEvent> events = EnvelopeCodec.decode(Golden.bytes("node-batch"), "1-0");

        assertThat(events).extracting(DecodedEvent::index).containsExactly(0, 1, 2);
        assertThat(events)
                .extracting(event -> new String(event.body().copy(), UTF_8))
                .containsExactly(
                        "{\"userId\":1,\"name\":\"Ann\"}",
                        "{\"userId\":2,\"name\":\"李\"}",
                        "{\"userId\":3,\"name\":\"Bob\"}");
        assertThat(events).allSatisfy(event -> {
            byte[] body = event.body().copy();
            assertThat(event.header().hash()).isEqualTo(BodyHash.sha256Hex(body, 0, body.length));
            assertThat(event.header().type()).isEqualTo("user-service.user.created");
        });
    }

    @Test
    void a_header_without_hash_and_version_gets_both() {
        DecodedEvent event = Golden.only("without-hash");

        byte[] body = event.body().copy();
        assertThat(event.header().hash()).isEqualTo(BodyHash.sha256Hex(body, 0, body.length));
        assertThat(event.header().version()).isEqualTo("1.0.0");
        assertThat(event.header().timestamp()).isEqualTo(Instant.parse("2026-11-21T08:15:30.500Z"));
    }

    @Test
    void a_received_event_is_its_own_correlation_if_it_names_none() {
        EventHeader header = Golden.only("minimal").header();

        assertThat(header.correlationId()).isEqualTo(header.id());
    }

    @Test
    void a_correlation_that_only_begins_like_the_id_is_another_one() {
        for (String correlation : List.of("e-1", "e-12", "e-2", "e", "e-1\u00e9")) {
            byte[] entry = ("{\"data\":{\"header\":{\"id\":\"e-1\",\"type\":\"a.b\",\"origin\":\"o\",\"timestamp\":"
                            + "\"2026-11-21T08:15:30.500Z\",\"correlationId\":\"" + correlation + "\"},\"body\":1}}")
                    .getBytes(UTF_8);

            assertThat(EnvelopeCodec.decode(entry, "1-0").get(0).header().correlationId())
                    .isEqualTo(correlation);
        }
    }

    @Test
    void members_may_come_in_any_order_and_with_white_space() {
        String json = """
                { "data" : { "body" : {"a":1} , "more":[{}],
                  "header" : { "timestamp":"2026-11-21T09:15:30+01:00", "origin":"o",
                    "type":"a.b", "id":"1", "tenantId":42, "userId":null, "key":" " } },
                  "pattern":"a.b" }
                """;

        DecodedEvent event = EnvelopeCodec.decode(json.getBytes(UTF_8), "1-0").get(0);

        assertThat(event.header().timestamp()).isEqualTo(Instant.parse("2026-11-21T08:15:30Z"));
        assertThat(event.header().tenantId()).isEqualTo("42");
        assertThat(event.header().userId()).isNull();
        assertThat(event.header().key()).isNull();
        assertThat(event.body().copy()).asString(UTF_8).isEqualTo("{\"a\":1}");
    }

    @Test
    void an_event_without_an_id_is_named_by_its_entry_so_that_a_redelivery_is_recognised() {
        EventHeader header = decodeHeader("\"type\":\"a.b\",\"origin\":\"o\",\"timestamp\":\"2026-11-21T08:15:30Z\"");

        assertThat(header.id()).isEqualTo("1-0");
    }

    @Test
    void unknown_members_on_several_lines_are_written_again_on_one() {
        EventHeader header =
                decodeHeader("\"type\":\"a.b\",\"origin\":\"o\",\"timestamp\":\"2026-11-21T08:15:30Z\",\"x\":[1,\n2]");

        assertThat(EnvelopeCodec.encode(header, BODY, ""))
                .asString(UTF_8)
                .contains("\"x\":[1, 2]")
                .doesNotContain("\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``|expected",
                "[]|expected",
                "{}|no 'data'",
                "{\"data\":[]}|expected",
                "{\"data\":{\"body\":1}}|no 'header'",
                "{\"data\":{\"header\":{}}}|no 'type'",
                "{\"data\":{\"header\":{\"type\":\"a..b\",\"id\":\"1\",\"origin\":\"o\",\"timestamp\":\"2026-11-21T08:15:30Z\"}}}|empty segment",
                "{\"data\":{\"header\":{\"type\":\"a\",\"id\":\"1\",\"origin\":\"o\",\"timestamp\":\"yesterday\"}}}|timestamp",
                "{\"data\":{\"header\":{\"type\":\"a\",\"id\":{},\"origin\":\"o\",\"timestamp\":\"2026-11-21T08:15:30Z\"}}}|not a text",
                "{\"data\":{\"header\":{\"type\":\"a\",\"classification\":\"secret\"}}}|classification",
                "{\"data\":{\"header\":{\"context\":[]}}}|context",
                "{\"data\":{\"header\":{}}} x|after the end",
                "{\"data\":{\"header\":{},}}|expected",
                "{\"data\":{\"header\":{\"type\":\"user.batch\",\"messageCount\":0,\"batchId\":\"b\"},\"body\":{\"messages\":[]}}}|no messages",
                "{\"data\":{\"header\":{\"type\":\"user.batch\",\"messageCount\":1,\"batchId\":\"b\"},\"body\":{\"messages\":[{}]}}}|no envelope",
                "{\"data\":{\"header\":{\"type\":\"user.batch\",\"messageCount\":1,\"batchId\":\"b\"}}}|expected",
            })
    void what_is_no_event_is_refused_with_a_reason(String json, String reason) {
        assertThatThrownBy(() -> EnvelopeCodec.decode(json.getBytes(UTF_8), "1-0"))
                .isInstanceOf(MalformedEntryException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void an_event_cannot_be_written_without_the_service_it_comes_from() {
        EventHeader header = EventHeader.builder("order.paid").build();

        assertThatThrownBy(() -> EnvelopeCodec.encode(header, BODY, ""))
                .isInstanceOf(InvalidEventException.class)
                .hasMessageContaining("origin is not set");
    }

    @Test
    void a_header_larger_than_the_kept_buffer_is_written_whole() {
        EventHeader.Builder header = EventHeader.builder("order.paid").origin("billing");
        for (int i = 0; i < 64; i++) {
            header.context("name-" + i, "ü\"".repeat(2048));
        }
        EventHeader large = header.build();

        byte[] entry = EnvelopeCodec.encode(large, BODY, "");

        Map<String, String> context =
                EnvelopeCodec.decode(entry, "1-0").get(0).header().context();
        assertThat(context).isEqualTo(large.context()).hasSize(64);
    }

    private static EventHeader fullHeader() {
        return EventHeader.builder("order.paid")
                .id("019aa5b0-4c3b-7000-8000-000000000002")
                .origin("billing")
                .timestamp(Instant.parse("2026-11-21T08:15:30.123456Z"))
                .version("2.1.0")
                .key("o-17")
                .correlationId("c-1")
                .causationId("019aa5b0-4c3b-7000-8000-000000000001")
                .tenantId("t-1")
                .userId("u-1")
                .sessionId("s-1")
                .classification(Classification.CONFIDENTIAL)
                .originVersion("4.2.0")
                .traceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
                .context("region", "eu")
                .context("note", "say \"hi\" \\ bye")
                .build();
    }

    private static EventHeader decodeHeader(String members) {
        String json = "{\"pattern\":\"p\",\"data\":{\"header\":{" + members + "},\"body\":{}}}";
        return EnvelopeCodec.decode(json.getBytes(UTF_8), "1-0").get(0).header();
    }

    private static String golden(String name) {
        return new String(Golden.bytes(name), UTF_8);
    }
}
