package dev.millrace.consumer;

import dev.millrace.event.internal.Checks;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How one handler is run. Immutable. */
public final class HandlerOptions {

    private static final HandlerOptions DEFAULTS = new HandlerOptions(100, "", null, 0, Set.of(), Set.of());

    private final int priority;
    private final String description;
    private final @Nullable RetryPolicy retry;
    private final int concurrency;
    private final Set<String> streams;
    private final Set<String> groups;

    private HandlerOptions(
            int priority,
            String description,
            @Nullable RetryPolicy retry,
            int concurrency,
            Set<String> streams,
            Set<String> groups) {
        this.priority = priority;
        this.description = description;
        this.retry = retry;
        this.concurrency = concurrency;
        this.streams = Set.copyOf(streams);
        this.groups = Set.copyOf(groups);
    }

    /** Priority 100, and whatever the server says about the rest. */
    public static HandlerOptions defaults() {
        return DEFAULTS;
    }

    /** Where several handlers care for a type, the lower number runs first. Default: 100. */
    public HandlerOptions priority(int priority) {
        return new HandlerOptions(priority, description, retry, concurrency, streams, groups);
    }

    /** For people, in {@link ConsumerServer#status()}. Default: empty. */
    public HandlerOptions description(String text) {
        return new HandlerOptions(priority, text, retry, concurrency, streams, groups);
    }

    /** What happens after this handler failed. Default: the server's policy. */
    public HandlerOptions retry(RetryPolicy policy) {
        return new HandlerOptions(priority, description, policy, concurrency, streams, groups);
    }

    /**
     * How many events this handler works on at once, so that a slow type leaves permits to the others; what is over waits,
     * and counts towards the server's {@code maxPending}. Default: the server's concurrency.
     *
     * @throws IllegalArgumentException unless it is 1 to 10,000
     */
    public HandlerOptions concurrency(int events) {
        Checks.between("concurrency", events, 1, 10_000);
        return new HandlerOptions(priority, description, retry, events, streams, groups);
    }

    /** Only events of these streams. Default: all that the server reads. */
    public HandlerOptions streams(String... names) {
        return new HandlerOptions(priority, description, retry, concurrency, Set.of(names), groups);
    }

    /** Only deliveries of these groups. Default: all that the server reads through. */
    public HandlerOptions groups(String... names) {
        return new HandlerOptions(priority, description, retry, concurrency, streams, Set.of(names));
    }

    int priority() {
        return priority;
    }

    String description() {
        return description;
    }

    RetryPolicy retryOr(RetryPolicy otherwise) {
        return retry == null ? otherwise : retry;
    }

    /** 0 = no limit of its own. */
    int concurrency() {
        return concurrency;
    }

    Set<String> streams() {
        return streams;
    }

    Set<String> groups() {
        return groups;
    }

    boolean appliesTo(SubscriptionName place) {
        return (streams.isEmpty() || streams.contains(place.stream()))
                && (groups.isEmpty() || groups.contains(place.group()));
    }
}
