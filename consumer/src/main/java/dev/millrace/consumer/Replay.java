package dev.millrace.consumer;

import dev.millrace.event.BodyCodec;
import dev.millrace.redis.Redis;
import dev.millrace.redis.internal.CompanionKeys;
import dev.millrace.redis.internal.RedisFaultException;
import dev.millrace.redis.internal.RedisLink;
import dev.millrace.redis.internal.RedisSource;
import dev.millrace.redis.internal.StreamArchive;
import dev.millrace.redis.internal.StreamId;
import dev.millrace.routing.TypePattern;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Handles events of a stream once more, on purpose: choose which, then where they go.
 *
 * <p>The groups at work are left as they are: their position and what they have pending do not change. While a replay runs,
 * retention leaves the stream what it has yet to read, unless retention is forced. It takes what is in the stream when it
 * begins, oldest first; entries that are themselves redriven or replayed for a group are passed over, unless asked for by id.
 *
 * <p>Not thread-safe. It may be run again; each run is a replay of its own, on the caller's thread.
 */
public final class Replay {

    private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(10);

    /** Among which events a replayed one is a duplicate. */
    public enum Idempotency {
        /** Those of the same replay: that it was handled before does not matter. */
        OWN,
        /** All that the group is given: what it handled within its window is passed over. Not for a handler. */
        SHARED,
        /** None: each is handled. */
        NONE
    }

    /** What a handler's replay needs to know. */
    record Manner(String id, String stream, Idempotency idempotency, BodyCodec codec, boolean goOn) {}

    private final RedisSource source;
    private final String stream;
    private final ReplaySelection selection = new ReplaySelection();
    private double perSecond;
    private Idempotency idempotency = Idempotency.OWN;
    private BodyCodec codec = BodyCodec.json();
    private boolean goOn;

    private Replay(RedisSource source, String stream) {
        // Refuses a name that is none.
        Objects.requireNonNull(CompanionKeys.of(stream));
        this.source = source;
        this.stream = stream;
    }

    /**
     * Of this stream, all of it unless told otherwise.
     *
     * @param uri as for {@link Redis#connect(String)}
     */
    public static Replay of(String uri, String stream) {
        return new Replay(RedisSource.owned(uri), stream);
    }

    /** As {@link #of(String, String)}, over a door that the application closes. */
    public static Replay of(Redis redis, String stream) {
        return new Replay(RedisSource.shared(redis), stream);
    }

    /** From this entry on. Default: from the oldest. */
    public Replay from(String entryId) {
        selection.from = EntryIds.parse("from", entryId);
        return this;
    }

    /** From this instant on, by Redis' clock. Default: from the oldest. */
    public Replay from(Instant instant) {
        selection.from = new StreamId(Math.max(0, instant.toEpochMilli()), 0);
        return this;
    }

    /** After this entry: to go on where another replay ended. Default: from the oldest. */
    public Replay after(String entryId) {
        selection.from = EntryIds.parse("after", entryId).next();
        return this;
    }

    /** Up to this entry, which is included. Default: to the newest. */
    public Replay to(String entryId) {
        selection.to = EntryIds.parse("to", entryId);
        return this;
    }

    /** Up to this instant, which is not included, by Redis' clock. Default: to the newest. */
    public Replay to(Instant instant) {
        selection.to = new StreamId(Math.max(0, instant.toEpochMilli()), 0).previous();
        return this;
    }

    /** These entries, oldest first; a range does not matter to them. Default: all of the range. */
    public Replay entries(String... entryIds) {
        for (String id : entryIds) {
            selection.entries.add(EntryIds.parse("entries", id));
        }
        return this;
    }

    /** Events with these ids, looked for in the range. Default: any. */
    public Replay events(String... eventIds) {
        for (String id : eventIds) {
            selection.eventIds.add(Objects.requireNonNull(id, "eventIds"));
        }
        return this;
    }

    /**
     * Events of these types, or of types that match one of these patterns. Default: of any.
     *
     * @throws IllegalArgumentException if one is no pattern
     */
    public Replay types(String... typesOrPatterns) {
        for (String pattern : typesOrPatterns) {
            selection.types.add(TypePattern.of(pattern));
        }
        return this;
    }

    /**
     * At most this many a second; more than 0, at most 1,000,000. Default: any number.
     *
     * @throws IllegalArgumentException if it is out of range
     */
    public Replay perSecond(double events) {
        perSecond = Pacer.checked("replay.perSecond", events);
        return this;
    }

    /** Among which events a replayed one is a duplicate. Default: {@link Idempotency#OWN}. */
    public Replay idempotency(Idempotency choice) {
        idempotency = Objects.requireNonNull(choice, "idempotency");
        return this;
    }

    /** Reads bodies for {@link #into}. Default: {@link BodyCodec#json()}. */
    public Replay bodyCodec(BodyCodec bodies) {
        codec = Objects.requireNonNull(bodies, "bodyCodec");
        return this;
    }

    /** Goes on when the handler of {@link #into} throws, and counts it. Default: stops there. */
    public Replay goOnAfterFailures() {
        goOn = true;
        return this;
    }

    /**
     * A dry run: counts what would be replayed, and writes nothing.
     *
     * @throws IllegalArgumentException if there is no such stream
     * @throws IllegalStateException if Redis does not answer, or refuses
     */
    public ReplayReport count() throws InterruptedException {
        return replaying(false, (archive, pacer, tally) -> (entry, wanted, all) -> {
            wanted.forEach(tally::replayed);
            return true;
        });
    }

    /**
     * Calls this handler for each, one after the other, on this thread; its {@code delivery.replayed()} is true. No retry:
     * it stops at the first failure, which the report names, and may be run again from there.
     *
     * @throws IllegalArgumentException if there is no such stream, or {@link Idempotency#SHARED} was chosen
     * @throws InterruptedException between two events, or if the handler threw it
     * @throws IllegalStateException if Redis does not answer, or refuses; says how far it came
     */
    public <T> ReplayReport into(Class<T> bodyClass, DeliveryHandler<T> handler) throws InterruptedException {
        if (idempotency == Idempotency.SHARED) {
            throw new IllegalArgumentException(
                    "idempotency: got SHARED, but a handler has no group whose events it could share; use OWN or NONE");
        }
        return replaying(true, (archive, pacer, tally) -> {
            Manner manner = new Manner(tally.id(), stream, idempotency, codec, goOn);
            return new HandlerTarget<>(bodyClass, handler, manner, pacer, tally);
        });
    }

    /**
     * Appends each entry to another stream, its own fields byte for byte; a lost answer may append one twice.
     *
     * @throws IllegalArgumentException if there is no such stream as the first, or both are the same
     * @throws InterruptedException between two entries
     * @throws IllegalStateException if Redis does not answer, or refuses; says how far it came
     */
    public ReplayReport intoStream(String name) throws InterruptedException {
        Objects.requireNonNull(CompanionKeys.of(name));
        if (name.equals(stream)) {
            throw new IllegalArgumentException("stream: got " + name
                    + " itself, whose groups would all handle it again; name another, or a group with intoGroup");
        }
        return appending(name, null);
    }

    /**
     * Appends each entry to its own stream once more, for one group; the other groups acknowledge it unhandled.
     *
     * @throws IllegalArgumentException if stream or group do not exist
     * @throws InterruptedException between two entries
     * @throws IllegalStateException if Redis does not answer, or refuses; says how far it came
     */
    public ReplayReport intoGroup(String group) throws InterruptedException {
        return appending(stream, group);
    }

    private ReplayReport appending(String target, @Nullable String group) throws InterruptedException {
        return replaying(true, (archive, pacer, tally) -> {
            if (group != null && pacer.<@Nullable StreamId>ask(() -> archive.lastDelivered(stream, group)) == null) {
                throw new IllegalArgumentException("group: " + stream + " has no group " + group
                        + "; name one that exists, or create one with intoNewGroup");
            }
            return new AppendTarget(archive, pacer, tally, target, AppendTarget.marks(group, tally.id(), idempotency));
        });
    }

    /**
     * Creates a group that begins with the first entry of the range: servers of that group handle all from there on, and go
     * on with what is published. Nothing is copied, so {@code delivery.replayed()} is false.
     *
     * @throws IllegalArgumentException if there is no such stream, the group exists, or more was chosen than a beginning
     * @throws IllegalStateException if Redis does not answer, or refuses
     */
    public void intoNewGroup(String group) throws InterruptedException {
        if (!selection.isTail() || perSecond > 0) {
            throw new IllegalArgumentException(
                    "a new group reads all from its beginning on; leave out to, entries, events,"
                            + " types and perSecond, or use intoGroup");
        }
        connected(new ReplayTally("new group"), (archive, tally) -> {
            Pacer pacer = new Pacer(System::nanoTime, 0);
            StreamId unused = new ReplayRun(archive, stream, selection, pacer, tally).end();
            if (!pacer.ask(() -> archive.createGroup(stream, group, selection.from.previous()))) {
                throw new IllegalArgumentException(
                        "group: " + stream + " has a group " + group + " already; name one that does not exist");
            }
        });
    }

    private interface Targets {
        ReplayTarget open(StreamArchive archive, Pacer pacer, ReplayTally tally) throws InterruptedException;
    }

    private ReplayReport replaying(boolean writes, Targets targets) throws InterruptedException {
        String id = "replay-" + UUID.randomUUID().toString().substring(24);
        ReplayTally counted = new ReplayTally(id);
        connected(counted, (archive, tally) -> {
            Pacer pacer = new Pacer(System::nanoTime, perSecond);
            ReplayRun run = new ReplayRun(archive, stream, selection, pacer, tally);
            StreamId end = run.end();
            ReplayTarget target = targets.open(archive, pacer, tally);
            if (!writes) {
                run.run(end, target, null);
                return;
            }
            try (ReplayHold hold = ReplayHold.begin(archive, stream, id, selection.lowest())) {
                run.run(end, target, hold);
            }
        });
        return counted.report();
    }

    private interface Work {
        void with(StreamArchive archive, ReplayTally tally) throws InterruptedException;
    }

    private void connected(ReplayTally tally, Work work) throws InterruptedException {
        RedisLink link = source.open();
        try {
            link.check();
            try (StreamArchive archive = link.archive(COMMAND_TIMEOUT)) {
                work.with(archive, tally);
            }
        } catch (RedisFaultException e) {
            throw new IllegalStateException(
                    "replay of " + stream + ": " + tally.position() + "; then " + e.getMessage(), e);
        } finally {
            source.close(link);
        }
    }
}
