package dev.millrace.event.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;

/** The entries under {@code golden}: the wire form, held byte for byte. */
final class Golden {

    static final List<String> NAMES = List.of(
            "minimal", "full-header", "non-ascii", "node-namespaced", "node-batch", "without-hash", "unknown-members");

    private Golden() {}

    static byte[] bytes(String name) {
        try (InputStream in = Golden.class.getResourceAsStream("/golden/" + name + ".json")) {
            return Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static DecodedEvent only(String name) {
        List<DecodedEvent> events = EnvelopeCodec.decode(bytes(name), "1-0");
        if (events.size() != 1) {
            throw new AssertionError(name + " holds " + events.size() + " events");
        }
        return events.get(0);
    }
}
