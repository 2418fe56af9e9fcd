package dev.millrace.publisher;

import dev.millrace.event.Classification;
import dev.millrace.event.Event;
import dev.millrace.event.EventHeader;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What headers are filled with besides what the caller gives and what is inherited from a handled event; immutable. The
 * functions are called on the publishing thread, for every event; they must be quick and thread-safe, and what they throw
 * refuses the event in the caller's stack.
 */
public final class HeaderPolicy {

    private static final HeaderPolicy DEFAULTS = new HeaderPolicy(
            null, HeaderPolicy::keyOrUser, event -> event.header().classification());

    private final @Nullable Consumer<EventHeader.Builder> context;
    private final Function<Event, @Nullable String> key;
    private final Function<Event, @Nullable Classification> classification;

    private HeaderPolicy(
            @Nullable Consumer<EventHeader.Builder> context,
            Function<Event, @Nullable String> key,
            Function<Event, @Nullable Classification> classification) {
        this.context = context;
        this.key = key;
        this.classification = classification;
    }

    /** No context, the key that is given or else the user's id, and the classification that is given. */
    public static HeaderPolicy defaults() {
        return DEFAULTS;
    }

    /**
     * Fills members from the caller's thread: {@code h -> h.userId(Login.current().id()).context("role", "clerk")}. What
     * the caller gives wins over it, and it wins over what is inherited from a handled event. Of an event that is given as a
     * whole, the id and time stay, and so does any version but 1.0.0, the default. Default: nothing.
     */
    public HeaderPolicy context(Consumer<EventHeader.Builder> supplier) {
        return new HeaderPolicy(Objects.requireNonNull(supplier, "context"), key, classification);
    }

    /**
     * Decides the key, which events are ordered and partitioned by, from the event as it stands after transformers; null
     * for none. Default: the given one, else the user's id, else none.
     */
    public HeaderPolicy key(Function<Event, @Nullable String> strategy) {
        return new HeaderPolicy(context, Objects.requireNonNull(strategy, "key"), classification);
    }

    /**
     * Decides the classification from the event as it stands after transformers; null for none. Default: the given one.
     */
    public HeaderPolicy classification(Function<Event, @Nullable Classification> strategy) {
        return new HeaderPolicy(context, key, Objects.requireNonNull(strategy, "classification"));
    }

    @Nullable
    Consumer<EventHeader.Builder> context() {
        return context;
    }

    @Nullable
    String keyOf(Event event) {
        return key.apply(event);
    }

    @Nullable
    Classification classificationOf(Event event) {
        return classification.apply(event);
    }

    private static @Nullable String keyOrUser(Event event) {
        String given = event.header().key();
        return given == null ? event.header().userId() : given;
    }
}
