package dev.millrace.consumer;

import dev.millrace.event.internal.Markers;
import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes the 16 bytes of an idempotency key from the texts that identify an event: the beginning of a SHA-256 over these, each
 * with its length before it, so that no two lists of texts give the same bytes. One a thread, reused.
 */
final class ClaimKey {

    static final int BYTES = 16;

    private static final ThreadLocal<ClaimKey> OF_THREAD = ThreadLocal.withInitial(ClaimKey::new);

    private final MessageDigest digest = sha256();
    private final byte[] hash = new byte[digest.getDigestLength()];
    private byte[] buffer = new byte[512];
    private int length;

    private ClaimKey() {}

    /**
     * Begins a key.
     *
     * @param kind what identifies the event, so that keys of two kinds are never equal
     */
    static ClaimKey begin(char kind) {
        ClaimKey key = OF_THREAD.get();
        key.length = 0;
        key.buffer[key.length++] = (byte) kind;
        return key;
    }

    /** The key of an event that came back, among those that its markers name; null = never a duplicate. */
    static byte @Nullable [] scoped(Markers markers, Supplier<byte @Nullable []> key) {
        if (markers.scope() == Markers.Scope.NONE) {
            return null;
        }
        byte[] live = key.get();
        if (live == null || markers.scope() == Markers.Scope.LIVE) {
            return live;
        }
        return begin('r').add(markers.replay()).addBytes(live).end();
    }

    /** Adds a text; null is another one than the empty text. */
    ClaimKey add(@Nullable String text) {
        if (text == null) {
            return addLength(-1);
        }
        int chars = text.length();
        addLength(chars);
        room(chars);
        for (int i = 0; i < chars; i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                return addBytes(text.substring(i).getBytes(StandardCharsets.UTF_8));
            }
            buffer[length++] = (byte) c;
        }
        return this;
    }

    private ClaimKey addLength(int chars) {
        room(Integer.BYTES);
        for (int shift = 24; shift >= 0; shift -= 8) {
            buffer[length++] = (byte) (chars >>> shift);
        }
        return this;
    }

    private ClaimKey addBytes(byte[] bytes) {
        room(bytes.length);
        System.arraycopy(bytes, 0, buffer, length, bytes.length);
        length += bytes.length;
        return this;
    }

    private void room(int more) {
        if (buffer.length - length < more) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, length + more));
        }
    }

    byte[] end() {
        digest.update(buffer, 0, length);
        try {
            digest.digest(hash, 0, hash.length);
        } catch (DigestException e) {
            throw new IllegalStateException("a digest fits into its own length", e);
        }
        return Arrays.copyOf(hash, BYTES);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
