package dev.millrace.consumer;

import dev.millrace.event.Delivery;
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

    /** Reads the identifying text; null stands for "never a duplicate". */
    private final @Nullable Function<Delivery, @Nullable String> identity;

    private final Duration window;
    private final String name;

    private IdempotencyPolicy(String name, @Nullable Function<Delivery, @Nullable String> identity, Duration window) {
        this.name = name;
        this.identity = identity;
        this.window = window;
    }

    /**
     * Same type, tenant, ordering key and content hash: the default, with a window of 5 minutes. Two equal events that are
     * both meant are one to it: choose {@link #byEventId()} where that happens.
     */
    public static IdempotencyPolicy byHash() {
        return new IdempotencyPolicy("hash", IdempotencyPolicy::contentIdentity, Duration.ofMinutes(5));
    }

    /** Same event id: a publisher's repeated send is a duplicate, equal content is not. Window: 1 hour. */
    public static IdempotencyPolicy byEventId() {
        return new IdempotencyPolicy("event id", d -> d.header().id(), Duration.ofHours(1));
    }

    /** Same result of this function, which must be pure; null = never a duplicate. Window: 1 hour. */
    public static IdempotencyPolicy by(Function<Delivery, @Nullable String> identity) {
        return new IdempotencyPolicy("function", identity, Duration.ofHours(1));
    }

    /** No event is a duplicate of another. */
    public static IdempotencyPolicy off() {
        return new IdempotencyPolicy("off", null, Duration.ofHours(1));
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
        return new IdempotencyPolicy(name, identity, window);
    }

    /** See {@link #window(Duration)}. Default: 5 minutes for the hash, 1 hour for other keys. */
    public Duration window() {
        return window;
    }

    /** Null if this delivery is never a duplicate. */
    @Nullable
    String identityOf(Delivery delivery) {
        return identity == null ? null : identity.apply(delivery);
    }

    private static String contentIdentity(Delivery delivery) {
        var header = delivery.header();
        StringBuilder identity = new StringBuilder(160);
        append(identity, header.type());
        append(identity, header.tenantId());
        append(identity, header.key());
        append(identity, header.hash());
        return identity.toString();
    }

    /** Length first, so that no two lists of parts give the same text. */
    private static void append(StringBuilder target, @Nullable String part) {
        if (part == null) {
            target.append('-');
        } else {
            target.append(part.length()).append(':').append(part);
        }
    }

    @Override
    public String toString() {
        return identity == null ? name : name + ", window " + window;
    }
}
