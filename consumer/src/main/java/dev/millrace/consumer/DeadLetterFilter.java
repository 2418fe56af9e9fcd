package dev.millrace.consumer;

import dev.millrace.redis.internal.StreamId;
import dev.millrace.routing.TypePattern;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Which dead letters are meant; whatever is not named may be anything. Immutable. */
public final class DeadLetterFilter {

    private static final DeadLetterFilter ALL =
            new DeadLetterFilter(null, null, null, null, null, new Period(null, null));

    private final @Nullable TypePattern type;
    private final @Nullable DeadLetterReason reason;
    private final @Nullable String exception;
    private final @Nullable String group;
    private final @Nullable String stream;
    private final Period died;

    /** From an instant on, and before another; null = no limit. */
    private record Period(@Nullable Instant since, @Nullable Instant until) {}

    private DeadLetterFilter(
            @Nullable TypePattern type,
            @Nullable DeadLetterReason reason,
            @Nullable String exception,
            @Nullable String group,
            @Nullable String stream,
            Period died) {
        this.type = type;
        this.reason = reason;
        this.exception = exception;
        this.group = group;
        this.stream = stream;
        this.died = died;
    }

    /** All of them. */
    public static DeadLetterFilter all() {
        return ALL;
    }

    /**
     * Those of events of this type, or of types that match this pattern, as they stand or without the origin that Node services
     * put before them; what cannot be read as an event has none. Default: of any.
     *
     * @throws IllegalArgumentException if it is no pattern
     */
    public DeadLetterFilter type(String typeOrPattern) {
        return new DeadLetterFilter(TypePattern.of(typeOrPattern), reason, exception, group, stream, died);
    }

    /** Those with this reason. Default: with any. */
    public DeadLetterFilter reason(DeadLetterReason wanted) {
        return new DeadLetterFilter(type, Objects.requireNonNull(wanted, "reason"), exception, group, stream, died);
    }

    /** Those whose handler threw this class, by its name with or without the package. Default: any, or nothing. */
    public DeadLetterFilter exception(String className) {
        return new DeadLetterFilter(type, reason, className, group, stream, died);
    }

    /** Those that failed for this group. Default: for any. */
    public DeadLetterFilter group(String name) {
        return new DeadLetterFilter(type, reason, exception, name, stream, died);
    }

    /** Those that came from this stream, where several have their dead letters in one. Default: from any. */
    public DeadLetterFilter stream(String name) {
        return new DeadLetterFilter(type, reason, exception, group, name, died);
    }

    /** Those that died at this instant or later, by Redis' clock. Default: at any. */
    public DeadLetterFilter since(Instant instant) {
        return new DeadLetterFilter(type, reason, exception, group, stream, new Period(instant, died.until()));
    }

    /** Those that died before this instant, by Redis' clock. Default: at any. */
    public DeadLetterFilter until(Instant instant) {
        return new DeadLetterFilter(type, reason, exception, group, stream, new Period(died.since(), instant));
    }

    StreamId lowest() {
        Instant since = died.since();
        return since == null ? StreamId.MIN : new StreamId(Math.max(0, since.toEpochMilli()), 0);
    }

    /** The highest id that may match, or this one if it is lower. */
    StreamId highest(StreamId most) {
        Instant until = died.until();
        if (until == null) {
            return most;
        }
        StreamId last = new StreamId(Math.max(0, until.toEpochMilli()), 0).previous();
        return last.compareTo(most) < 0 ? last : most;
    }

    boolean matches(Letter letter) {
        DeadLetter shown = letter.shown();
        var header = shown.header();
        return (type == null || (header != null && ReplaySelection.matches(type, header)))
                && (reason == null || reason == shown.reason())
                && (stream == null || stream.equals(shown.stream()))
                && (group == null || group.equals(shown.group()))
                && (exception == null || isNamed(exception, shown.failure().exception()));
    }

    private static boolean isNamed(String wanted, @Nullable String className) {
        return className != null && (className.equals(wanted) || className.endsWith('.' + wanted));
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        add(text, "type", type);
        add(text, "reason", reason);
        add(text, "exception", exception);
        add(text, "group", group);
        add(text, "stream", stream);
        add(text, "since", died.since());
        add(text, "until", died.until());
        return text.isEmpty() ? "all" : text.toString();
    }

    private static void add(StringBuilder text, String name, @Nullable Object value) {
        if (value != null) {
            text.append(text.isEmpty() ? "" : ", ").append(name).append(' ').append(value);
        }
    }
}
