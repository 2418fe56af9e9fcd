package dev.millrace.consumer;

import dev.millrace.event.Delivery;
import dev.millrace.event.EventHeader;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What makes two events the same, so that only one of them is handled. Immutable.
 *
 * <p>Duplicates are recognised within one stream and group, among entries that are at most the window apart.
 */
public final class IdempotencyPolicy {

    private static final Duration LONGEST = Duration.ofDays(30);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final long FEWEST_RECORDS = 1_000;
    private static final long MOST_RECORDS = 100_000_000;

    private final String name;

    /** Makes the key; null stands for "never a duplicate". */
    private final @Nullable Function<Delivery, byte @Nullable []> key;

    private final Duration window;
    private final long maxRecords;

    private IdempotencyPolicy(
            String name, @Nullable Function<Delivery, byte @Nullable []> key, Duration window, long maxRecords) {
        this.name = name;
        this.key = key;
        this.window = window;
        this.maxRecords = maxRecords;
    }

    private static IdempotencyPolicy of(
            String name, @Nullable Function<Delivery, byte @Nullable []> key, Duration window) {
        return new IdempotencyPolicy(name, key, window, 1_000_000);
    }

    /**
     * Same type, tenant, ordering key and content hash: the default, with a window of 5 minutes. Two equal events that are
     * both meant are one to it: choose {@link #byEventId()} where that happens.
     */
    public static IdempotencyPolicy byHash() {
        return of("hash", IdempotencyPolicy::contentKey, Duration.ofMinutes(5));
    }

    /** Same event id: a publisher's repeated send is a duplicate, equal content is not. Window: 1 hour. */
    public static IdempotencyPolicy byEventId() {
        return of("event id", d -> ClaimKey.begin('i').add(d.header().id()).end(), HOUR);
    }

    /** Same stream entry: only redeliveries are recognised, which are no duplicates but the same entry. Window: 1 hour. */
    public static IdempotencyPolicy byEntry() {
        return of(
                "entry",
                d -> ClaimKey.begin('e')
                        .add(d.entryId())
                        .add(Integer.toString(d.index()))
                        .end(),
                HOUR);
    }

    /** Same result of this function, which must be pure; null = never a duplicate. Window: 1 hour. */
    public static IdempotencyPolicy by(Function<Delivery, @Nullable String> identity) {
        return of(
                "function",
                delivery -> {
                    String text = identity.apply(delivery);
                    return text == null ? null : ClaimKey.begin('f').add(text).end();
                },
                HOUR);
    }

    /** No event is a duplicate of another. */
    public static IdempotencyPolicy off() {
        return of("off", null, HOUR);
    }

    /**
     * How far two entries may be apart, by their entry ids, and still be duplicates: 1 second to 30 days.
     *
     * @throws IllegalArgumentException if it is shorter or longer
     */
    public IdempotencyPolicy window(Duration window) {
        if (window.compareTo(Duration.ofSeconds(1)) < 0 || window.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("window: got " + window + "; use PT1S to " + LONGEST);
        }
        return new IdempotencyPolicy(name, key, window, maxRecords);
    }

    /** See {@link #window(Duration)}. Default: 5 minutes for the hash, 1 hour for other keys. */
    public Duration window() {
        return window;
    }

    /**
     * How many records a stream and group may hold, 1,000 to 100,000,000; beyond, the oldest are forgotten, half of them at
     * most at a time, and warned of. A record takes about 95 bytes of Redis, and stays for up to one and a half windows.
     *
     * @throws IllegalArgumentException if it is less or more
     */
    public IdempotencyPolicy maxRecords(long records) {
        if (records < FEWEST_RECORDS || records > MOST_RECORDS) {
            throw new IllegalArgumentException(
                    "maxRecords: got " + records + "; use " + FEWEST_RECORDS + " to " + MOST_RECORDS);
        }
        return new IdempotencyPolicy(name, key, window, records);
    }

    /** See {@link #maxRecords(long)}. Default: 1,000,000. */
    public long maxRecords() {
        return maxRecords;
    }

    boolean isOff() {
        return key == null;
    }

    /** Null if this delivery is never a duplicate. */
    byte @Nullable [] keyOf(Delivery delivery) {
        return key == null ? null : key.apply(delivery);
    }

    private static byte[] contentKey(Delivery delivery) {
        EventHeader header = delivery.header();
        return ClaimKey.begin('h')
                .add(header.type())
                .add(header.tenantId())
                .add(header.key())
                .add(header.hash())
                .end();
    }

    @Override
    public String toString() {
        return isOff() ? name : name + ", window " + window;
    }
}
