package dev.millrace.event.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.event.EventHeader;
import dev.millrace.event.InvalidEventException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Header and body in fields of their own. */
class SplitCodecTest {

    private static final byte[] BODY = "{\"orderId\":\"o-17\",\"amount\":129.90}".getBytes(UTF_8);
    private static final String JSON = "application/json";
    private static final EventHeader FULL = Golden.only("full-header").header();

    @Test
    void the_header_is_written_as_the_golden_file_says() {
        EventHeader unhashed = FULL.toBuilder().hash("").build();

        assertThat(SplitCodec.header(unhashed, BODY, JSON, ContentEncoding.GZIP))
                .as("the hash is that of the body before it is compressed")
                .asString(UTF_8)
                .isEqualTo(new String(Golden.bytes("split-header"), UTF_8));
    }

    @Test
    void the_golden_entry_is_read_back() {
        byte[] gzipped =
                Base64.getDecoder().decode("H4sIAAAAAAAC/6tWyi9KSS3yTFGyUsrXNTRX0lFKzM0vzStRsjI0stSzNKgFAI4oxmciAAAA");

        DecodedEvent event = decode(Golden.bytes("split-header"), gzipped);

        assertThat(event.header()).isEqualTo(FULL);
        assertThat(event.body().copy()).isEqualTo(BODY);
    }

    @ParameterizedTest
    @EnumSource(ContentEncoding.class)
    void a_compressed_body_is_opened_by_the_encoding_that_the_header_names(ContentEncoding encoding) {
        byte[] body = ("\"" + "käse ".repeat(10_000) + "\"").getBytes(UTF_8);
        EventHeader header = FULL.toBuilder().hash("").build();

        byte[] compressed = encoding.encode(body);
        DecodedEvent event = decode(SplitCodec.header(header, body, JSON, encoding), compressed);

        assertThat(compressed).hasSizeLessThan(body.length / 10);
        assertThat(event.body().copy()).isEqualTo(body);
        assertThat(event.header().hash()).isEqualTo(BodyHash.sha256Hex(body, 0, body.length));
        assertThat(event.header().unknownMembers())
                .as("they told of this entry's bytes, and would be wrong in another form")
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(ContentEncoding.class)
    void what_would_fill_the_heap_is_malformed(ContentEncoding encoding) {
        byte[] largest = json(ContentEncoding.MAX_OPENED);
        byte[] bomb = encoding.encode(json(ContentEncoding.MAX_OPENED + 1));
        byte[] header = SplitCodec.header(FULL, BODY, JSON, encoding);

        assertThat(decode(header, encoding.encode(largest)).body().length()).isEqualTo(ContentEncoding.MAX_OPENED);
        assertThat(bomb).hasSizeLessThan(100_000);
        assertThatExceptionOfType(MalformedEntryException.class)
                .isThrownBy(() -> decode(header, bomb))
                .withMessage("body has more than the 16777216 bytes it may have when opened");
    }

    @ParameterizedTest
    @EnumSource(ContentEncoding.class)
    void how_much_is_opened_is_a_choice_and_holds_to_the_byte(ContentEncoding encoding) {
        byte[] header = SplitCodec.header(FULL, BODY, JSON, encoding);
        for (int most : new int[] {100, 3_000_000, ContentEncoding.MAX_OPENED + 5}) {
            assertThat(WireForms.decode(entry(header, encoding.encode(json(most))), "1-0", most))
                    .singleElement()
                    .satisfies(event -> assertThat(event.body().length()).isEqualTo(most));
            byte[] larger = encoding.encode(json(most + 1));
            assertThatThrownBy(() -> WireForms.decode(entry(header, larger), "1-0", most))
                    .isInstanceOf(MalformedEntryException.class)
                    .hasMessage("body has more than the " + most + " bytes it may have when opened");
        }
    }

    private static List<byte[]> entry(byte[] header, byte[] body) {
        return List.of("header".getBytes(UTF_8), header, "body".getBytes(UTF_8), body);
    }

    @ParameterizedTest
    @EnumSource(ContentEncoding.class)
    void a_damaged_body_is_malformed_and_nothing_worse(ContentEncoding encoding) {
        byte[] header = SplitCodec.header(FULL, BODY, JSON, encoding);
        byte[] compressed = encoding.encode(BODY);
        Random random = new Random(17);
        for (int i = 0; i < 5_000; i++) {
            byte[] damaged = Arrays.copyOf(compressed, random.nextInt(compressed.length + 1));
            if (damaged.length > 0) {
                damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            }
            try {
                decode(header, damaged);
            } catch (MalformedEntryException e) {
                assertThat(e).hasMessageNotContaining("o-17");
            }
        }
        assertThatExceptionOfType(MalformedEntryException.class)
                .isThrownBy(() -> decode(header, BODY))
                .withMessageContaining("not " + encoding.wireName());
    }

    @Test
    void an_encoding_that_nobody_knows_is_malformed() {
        byte[] header = with("\"contentEncoding\":\"br\"");

        assertThatExceptionOfType(MalformedEntryException.class)
                .isThrownBy(() -> decode(header, BODY))
                .withMessage("content encoding 'br' is not known; known are gzip and zstd");
        assertThat(decode(with("\"contentEncoding\":\"identity\""), BODY).body().copy())
                .isEqualTo(BODY);
        assertThat(decode(with("\"contentEncoding\":null"), BODY).body().copy()).isEqualTo(BODY);
        assertThatThrownBy(() -> decode(with("\"contentEncoding\":7"), BODY))
                .isInstanceOf(MalformedEntryException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "application/json, true",
        "Application/JSON; charset=utf-8, true",
        "application/vnd.order+json, true",
        "application/octet-stream, false",
        "application/jsonlines, false",
        ", true"
    })
    void only_what_is_json_is_read_as_json(String contentType, boolean json) {
        byte[] bytes = {0, 1, (byte) 0xFF, '{'};
        byte[] header = contentType == null ? with("\"x\":1") : with("\"contentType\":\"" + contentType + "\"");

        assertThat(SplitCodec.isJson(contentType)).isEqualTo(json);
        if (json) {
            assertThatThrownBy(() -> decode(header, bytes)).isInstanceOf(MalformedEntryException.class);
        } else {
            assertThat(decode(header, bytes).body().copy()).isEqualTo(bytes);
        }
    }

    @Test
    void an_event_without_an_origin_is_not_written() {
        EventHeader header = EventHeader.builder("a.b").build();

        assertThatThrownBy(() -> SplitCodec.header(header, BODY, JSON, null)).isInstanceOf(InvalidEventException.class);
    }

    @Test
    void a_header_that_came_in_another_form_names_its_content_once() {
        EventHeader header = FULL.toBuilder()
                .unknownMember("contentType", "\"text/plain\"")
                .unknownMember("priority", "7")
                .build();

        assertThat(SplitCodec.header(header, BODY, JSON, null))
                .asString(UTF_8)
                .endsWith(",\"priority\":7,\"contentType\":\"application/json\"}");
    }

    private static byte[] with(String member) {
        return ("{\"id\":\"1\",\"type\":\"a.b\",\"origin\":\"o\",\"timestamp\":\"2026-11-21T08:15:30.000Z\"," + member
                        + "}")
                .getBytes(UTF_8);
    }

    private static byte[] json(int length) {
        byte[] text = new byte[length];
        Arrays.fill(text, (byte) 'x');
        text[0] = '"';
        text[length - 1] = '"';
        return text;
    }

    private static DecodedEvent decode(byte[] header, byte[] body) {
        return WireForms.decode(List.of("header".getBytes(UTF_8), header, "body".getBytes(UTF_8), body), "1-0")
                .get(0);
    }
}
