package dev.millrace.consumer;

import dev.millrace.event.Delivery;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Remembers which entry holds an idempotency key, for {@link ConsumerServerBuilder#idempotencyStore}. Without one of your own,
 * records are in the Redis that is read.
 *
 * <p>Keys of two streams, or of two groups, are different keys. A store is called from many threads at a time; the application
 * closes it, after the server.
 */
public interface IdempotencyStore {

    /**
     * The wish to hold a key on behalf of an entry.
     *
     * @param delivery names stream, group, entry and event
     * @param key 16 bytes, never changed
     * @param window how far another entry may be away, by the milliseconds of its id, and still be a rival
     */
    record Claim(Delivery delivery, byte[] key, Duration window) {}

    /**
     * Who holds a key.
     *
     * @param entryId the entry
     * @param sameEvent whether it carries an event of the same id, as far as the store can tell
     */
    record Holder(String entryId, boolean sameEvent) {}

    /** One call of one handler. */
    interface HandlerCall {

        /**
         * Calls the handler.
         *
         * @throws Exception what the handler throws
         */
        void run() throws Exception;
    }

    /**
     * Claims these keys, all of one stream and group, each for good or not at all. An entry that holds its key already keeps
     * it: it is redelivered, not a duplicate. Of equal keys among the claims, the lowest entry wins.
     *
     * @return for each claim, in order: null if its event is to be handled, else who was first: it is acknowledged, unhandled
     * @throws Exception if that cannot be told now: the events wait and are claimed again, which is no attempt
     */
    List<@Nullable Holder> claim(List<Claim> claims) throws Exception;

    /**
     * The event's last handler has returned (also after {@code skip()}, but in a batch), or has acknowledged where it does so by hand; not where
     * an earlier handler ended the event by {@code skip()}. Called inside {@link #call}, so
     * that a record can be part of what that commits. By hand, that is a call of its own, in which no handler runs.
     * Does nothing by default.
     *
     * @throws Exception if it is not to count as handled: as if the handler had thrown it
     */
    default void complete(Claim claim) throws Exception {}

    /**
     * Forgets those of these keys that their entries hold: the event was given up and may come back as another entry, or will
     * never be handled.
     *
     * @throws Exception which is logged: what is not released is a duplicate's holder until its window has passed
     */
    void release(List<Claim> claims) throws Exception;

    /**
     * Calls a handler, for instance inside a transaction; each handler of an event has a call of its own. One that returns
     * without having run it says that the event was handled before.
     *
     * @throws Exception what the handler throws, or another reason to try again
     */
    default void call(Claim claim, HandlerCall handler) throws Exception {
        handler.run();
    }

    /**
     * Records in the memory of this process, for a server that is the only one in its groups, and for tests. They are gone
     * with the process: copies of what an earlier run handled are handled again.
     *
     * @param maxRecords of all streams and groups together, 1 to 100,000,000, each about 300 bytes; beyond, the oldest are
     *     forgotten, and that is logged
     * @throws IllegalArgumentException if it is less or more
     */
    static IdempotencyStore inMemory(int maxRecords) {
        return new InMemoryIdempotencyStore(maxRecords, Clock.systemUTC());
    }
}
