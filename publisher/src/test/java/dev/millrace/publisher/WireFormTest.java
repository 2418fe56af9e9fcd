package dev.millrace.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.event.BodyCodec;
import dev.millrace.event.BodyCodecException;
import dev.millrace.event.Event;
import dev.millrace.event.EventHeader;
import dev.millrace.event.internal.ContentEncoding;
import dev.millrace.redis.internal.StreamAppend;
import dev.millrace.routing.Route;
import dev.millrace.routing.Routing;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class WireFormTest {

    private static final EventHeader HEADER =
            EventHeader.builder("a.b").origin("billing").build();
    private static final Route ROUTE = Routing.defaults().resolve(HEADER);

    private static StreamAppend write(WireForm form, Object body) {
        return new EntryWriter(BodyCodec.json(), form).write(new Event(HEADER, body), ROUTE);
    }

    private static String header(StreamAppend append) {
        return new String(Objects.requireNonNull(append.header()), StandardCharsets.UTF_8);
    }

    @Test
    void the_envelope_is_one_field_and_split_two() {
        assertThat(write(WireForm.envelope(), "text").header()).isNull();
        StreamAppend split = write(WireForm.split(), "text");
        assertThat(header(split)).endsWith(",\"contentType\":\"application/json\"}");
        assertThat(split.data()).asString(StandardCharsets.UTF_8).isEqualTo("\"text\"");
    }

    @Test
    void bodies_are_compressed_from_the_size_that_was_set_and_only_if_that_makes_them_smaller() {
        String large = "x".repeat(2_000);

        assertThat(header(write(WireForm.split().gzip(), large))).contains("\"contentEncoding\":\"gzip\"");
        assertThat(header(write(WireForm.split().zstd(), large))).contains("\"contentEncoding\":\"zstd\"");
        assertThat(write(WireForm.split().gzip(), large).data()).hasSizeLessThan(100);
        assertThat(header(write(WireForm.split().gzip(), "x".repeat(1_000)))).doesNotContain("contentEncoding");
        assertThat(header(write(WireForm.split().gzip().compressFrom(100), "x".repeat(1_000))))
                .contains("contentEncoding");
        assertThat(header(write(WireForm.split().gzip().compressFrom(0), "x"))).doesNotContain("contentEncoding");
    }

    @Test
    void a_body_that_no_consumer_would_open_is_refused() {
        assertThatExceptionOfType(BodyCodecException.class)
                .isThrownBy(() -> write(WireForm.split().gzip(), "x".repeat(ContentEncoding.MAX_OPENED)))
                .withMessageContaining("16777216 that consumers open");
    }

    @Test
    void how_large_a_body_may_be_before_compression_is_a_choice_up_to_what_consumers_open() {
        WireForm form = WireForm.split().maxOpenedBytes(2_000).gzip();
        assertThat(header(write(form, "x".repeat(1_998)))).contains("contentEncoding");
        assertThatExceptionOfType(BodyCodecException.class)
                .isThrownBy(() -> write(form, "x".repeat(1_999)))
                .withMessageContaining("2001 bytes")
                .withMessageContaining("at most 2000")
                .withMessageContaining("allow more with maxOpenedBytes");
        assertThatIllegalArgumentException().isThrownBy(() -> form.maxOpenedBytes(0));
        assertThatIllegalArgumentException().isThrownBy(() -> form.maxOpenedBytes((16 << 20) + 1));
    }

    @Test
    void what_does_not_go_together_is_refused_with_its_mend() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WireForm.envelope().gzip())
                .withMessageContaining("use WireForm.split().gzip()");
        EventPublisherBuilder binary = EventPublisher.builder("billing").bodyCodec(BodyCodec.binary());
        assertThatIllegalArgumentException()
                .isThrownBy(binary::build)
                .withMessage("wireForm: got envelope, which holds JSON only, and bodyCodec writes"
                        + " application/octet-stream; use wireForm(WireForm.split())");
        assertThatCode(() -> binary.wireForm(WireForm.split()).settings()).doesNotThrowAnyException();
        assertThatIllegalArgumentException().isThrownBy(() -> WireForm.split().compressFrom(-1));
    }
}
