package dev.millrace.redis.internal;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One consumer's view of one stream through one group; every step that writes on behalf of an entry checks in its script
 * that the entry is pending under this consumer's name, except the ack.
 *
 * <p>Thread-safe. Every method throws {@link RedisFaultException}.
 */
public interface StreamGroup extends AutoCloseable {

    /** Creates stream and group (XGROUP CREATE MKSTREAM) unless they exist, at this id ({@code 0}, {@code $} or an id). */
    GroupState create(String startId);

    /** Reads new entries of this and other streams as the same consumer of their groups of the same name. */
    StreamReader reader();

    /** Entries pending for at least this long, whoever's they are (XPENDING IDLE), oldest first, after the given id. */
    List<PendingEntry> idle(Duration minIdle, @Nullable StreamId after, int count);

    /** Entries pending under our name (XPENDING), oldest first, after the given id. */
    List<PendingEntry> own(@Nullable StreamId after, int count);

    /** Takes over what of these is still idle for that long; raises each delivery count by one. */
    Taken take(List<StreamId> ids, Duration minIdle);

    /** Sets the idle time of what is ours (XCLAIM JUSTID IDLE, RETRYCOUNT), at most 1,000 a call; answers in order. */
    List<Ownership> touch(List<Touch> touches, Duration idle);

    /** Its idempotency claims. */
    Claims claims();

    /** Owner check, XADD to the dead letters, XACK, release of the claim, in this order; OURS means it is done. */
    Buried deadLetter(String epoch, DeadLetterMove letter);

    /** Acknowledges (XACK), unconditionally; how many were pending. */
    long ack(List<StreamId> ids);

    /**
     * Holds our consumer name for this long, or for as long again: while another process holds it, nothing can be taken,
     * touched or removed under it.
     *
     * @return null if it is ours; else how long it is another's, unless that one goes on
     */
    @Nullable
    Duration holdName(Duration time);

    /** Lets go of our consumer name, deletes it if nothing is pending under it, and says whether it is gone. */
    boolean removeConsumer();

    /** Deletes other consumers' names that were silent for this long and under which nothing is pending; which they were. */
    List<String> removeIdle(Duration idle);

    /** How many entries are pending in the group, whoever's (XPENDING summary). */
    long pending();

    /**
     * How far the group is behind; cheap enough for every few seconds.
     *
     * @throws RedisFaultException NOGROUP where it does not exist
     */
    GroupSample sample();

    /** Closes the connection, and those of its readers. */
    @Override
    void close();
}
