package dev.millrace.redis.internal;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Arguments to bytes, and script replies (Long, byte[], lists of these) back to what they mean. */
final class Replies {

    private Replies() {}

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] bytes(long number) {
        return bytes(Long.toString(number));
    }

    static byte[] bytes(StreamId id) {
        return id.ascii();
    }

    static byte[] flag(boolean set) {
        return bytes(set ? "1" : "0");
    }

    static String text(Object bulk) {
        return bulk instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : String.valueOf(bulk);
    }

    static long number(Object integer) {
        return (Long) integer;
    }

    static StreamId id(Object bulk) {
        return StreamId.parse(text(bulk));
    }

    /** As the scripts answer: 0 ours, 1 another's, 2 not pending, 3 nobody can get it any more. */
    static Ownership ownership(Object integer) {
        return switch ((int) number(integer)) {
            case 0 -> Ownership.OURS;
            case 1 -> Ownership.LOST;
            case 2 -> Ownership.SETTLED;
            default -> Ownership.TRIMMED;
        };
    }

    @SuppressWarnings("unchecked")
    static List<Object> list(Object array) {
        return (List<Object>) array;
    }

    @SuppressWarnings("unchecked")
    static List<byte[]> fields(Object array) {
        return (List<byte[]>) array;
    }
}
