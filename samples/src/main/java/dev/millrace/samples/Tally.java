package dev.millrace.samples;

import dev.millrace.event.Event;
import dev.millrace.event.EventHeader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the demo itself saw of its events, apart from what publisher and server count. Thread-safe. */
final class Tally {

    private final Map<String, Sent> underway = new HashMap<>();
    private final Set<Content> contents = new HashSet<>();
    private final Latencies latencies = new Latencies();
    private @Nullable Throwable firstFailure;
    private long open;
    private long refused;
    private long published;
    private long failed;
    private long repeats;
    private long handled;
    private long wrong;

    private record Sent(long at, Content content) {}

    /** What makes an event a duplicate: the names of its type, tenant and key in one, and its body. */
    private record Content(List<@Nullable String> names, ByteBuffer digest) {}

    /**
     * A moment's numbers of events.
     *
     * @param open publishing, and not yet told with which success
     * @param refused invalid
     * @param published stored
     * @param failed perhaps not stored
     * @param repeats published with type, tenant, key and content of an earlier one
     * @param handled by a handler that returned
     * @param wrong handled a second time, or with other content than was published
     */
    record Counts(long open, long refused, long published, long failed, long repeats, long handled, long wrong) {}

    /** The event is about to be published. */
    void begin(Event event) {
        Content content = content(event.header(), event.body());
        synchronized (this) {
            open++;
            underway.put(event.header().id(), new Sent(System.nanoTime(), content));
        }
    }

    /** It breaks a rule of its type, and was not accepted. */
    synchronized void refused(Event event) {
        open--;
        refused++;
        underway.remove(event.header().id());
    }

    /** It was accepted, and its future is complete. */
    synchronized void completed(Event event, @Nullable Throwable failure) {
        open--;
        if (failure != null) {
            failed++;
            firstFailure = firstFailure == null ? failure : firstFailure;
            return;
        }
        published++;
        if (!contents.add(content(event.header(), event.body()))) {
            repeats++;
        }
    }

    /** A handler has done its work on it. */
    void handled(EventHeader header, Object body) {
        long now = System.nanoTime();
        Content content = content(header, body);
        synchronized (this) {
            Sent sent = underway.remove(header.id());
            if (sent == null || !sent.content().equals(content)) {
                wrong++;
                return;
            }
            handled++;
            latencies.add(now - sent.at());
        }
    }

    synchronized Counts counts() {
        return new Counts(open, refused, published, failed, repeats, handled, wrong);
    }

    /** From the call of publish to the end of the handler that succeeded. */
    synchronized double latencyMillis(double share) {
        return latencies.percentileMillis(share);
    }

    synchronized @Nullable Throwable firstFailure() {
        return firstFailure;
    }

    /** Raw bodies by their bytes, typed ones by all their values: records say them in toString(). */
    private static Content content(EventHeader header, Object body) {
        // The publisher makes a key of the user's id where there is none.
        String key = header.key() == null ? header.userId() : header.key();
        List<@Nullable String> names = Arrays.asList(header.type(), header.tenantId(), key);
        byte[] bytes = body instanceof byte[] raw ? raw : body.toString().getBytes(StandardCharsets.UTF_8);
        try {
            return new Content(
                    names, ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(bytes)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
