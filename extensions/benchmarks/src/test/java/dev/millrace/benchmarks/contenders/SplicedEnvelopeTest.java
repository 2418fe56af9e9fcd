package dev.millrace.benchmarks.contenders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.event.internal.DecodedEvent;
import dev.millrace.event.internal.EnvelopeCodec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class SplicedEnvelopeTest {

    private final SplicedEnvelope envelopes = new SplicedEnvelope(Setup.TYPE, Setup.ORIGIN);

    @Test
    void peers_send_envelopes_of_the_size_that_is_stated() {
        assertThat(envelopes.write(Order.of(123_456)).length).isBetween(450, 480);
    }

    @Test
    void peers_send_what_millrace_reads_and_writes_itself() throws Exception {
        byte[] envelope = envelopes.write(Order.of(7));
        DecodedEvent event = EnvelopeCodec.decode(envelope, "1-0").get(0);
        byte[] body = event.body().copy();
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(body);
        assertThat(event.header().hash()).isEqualTo(HexFormat.of().formatHex(hash));
        byte[] same = EnvelopeCodec.encode(event.header(), body, "");
        assertThat(new String(same, StandardCharsets.UTF_8)).isEqualTo(new String(envelope, StandardCharsets.UTF_8));
    }

    @Test
    void peers_read_what_was_sent() {
        SplicedEnvelope.Read read = SplicedEnvelope.read(envelopes.write(Order.of(7)));
        assertThat(read.order()).isEqualTo(Order.of(7));
        assertThat(read.data().header().type()).isEqualTo(Setup.TYPE);
    }
}
