package dev.millrace.consumer;

import dev.millrace.event.internal.Checks;
import dev.millrace.redis.Redis;
import dev.millrace.redis.internal.CompanionKeys;
import dev.millrace.redis.internal.RedisFaultException;
import dev.millrace.redis.internal.RedisLink;
import dev.millrace.redis.internal.RedisSource;
import dev.millrace.redis.internal.StreamArchive;
import dev.millrace.redis.internal.StreamEntry;
import dev.millrace.redis.internal.StreamId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What was given up: to be counted, looked at, sent on its way again, or thrown away.
 *
 * <p>Redriving appends the entry to its stream, once more, with its own fields byte for byte and a mark that names the group
 * for which it failed: other groups acknowledge it unhandled. A letter written twice counts once.
 *
 * <p>Thread-safe. Every method that asks Redis waits up to 30 seconds for one that is away.
 */
public final class DeadLetters implements AutoCloseable {

    static final String UNREADABLE = "(unreadable)";

    private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(10);
    private static final int LARGEST_PAGE = 1_000;

    private final RedisSource source;
    private final RedisLink link;
    private final StreamArchive archive;
    private final String name;

    private DeadLetters(RedisSource source, String name) {
        this.source = source;
        this.name = name;
        this.link = source.open();
        boolean done = false;
        try {
            link.check();
            this.archive = link.archive(COMMAND_TIMEOUT);
            done = true;
        } finally {
            if (!done) {
                source.close(link);
            }
        }
    }

    /**
     * Those of this stream, where they are unless a server was told otherwise.
     *
     * @param uri as for {@link Redis#connect(String)}
     * @throws dev.millrace.redis.RedisSetupException if Redis cannot be used: what, where, how to mend it
     * @throws IllegalArgumentException if the stream's name is none
     */
    public static DeadLetters open(String uri, String stream) {
        return new DeadLetters(RedisSource.owned(uri), CompanionKeys.of(stream).deadLetters());
    }

    /** As {@link #open(String, String)}, over a door that the application closes. */
    public static DeadLetters open(Redis redis, String stream) {
        return new DeadLetters(
                RedisSource.shared(redis), CompanionKeys.of(stream).deadLetters());
    }

    /** Those in a stream of this name, as given to {@link ConsumerServerBuilder#deadLetterStream}. */
    public static DeadLetters named(String uri, String deadLetterStream) {
        return new DeadLetters(RedisSource.owned(uri), requireName(deadLetterStream));
    }

    /** As {@link #named(String, String)}, over a door that the application closes. */
    public static DeadLetters named(Redis redis, String deadLetterStream) {
        return new DeadLetters(RedisSource.shared(redis), requireName(deadLetterStream));
    }

    private static String requireName(String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("deadLetterStream: got an empty name; name a stream");
        }
        return name;
    }

    /** The stream that they are in. */
    public String stream() {
        return name;
    }

    /**
     * Counts those that match; reads all of them.
     *
     * @throws IllegalStateException if Redis does not answer, or refuses
     */
    public DeadLetterCounts count(DeadLetterFilter filter) throws InterruptedException {
        return asking("count", pacer -> {
            DeadLetterTally tally = new DeadLetterTally();
            DeadLetterScan scan = scan(pacer, filter, StreamId.MIN);
            for (Letter letter = scan.next(); letter != null; letter = scan.next()) {
                if (!scan.repeats(letter)) {
                    tally.add(letter);
                }
            }
            return tally.counts();
        });
    }

    /**
     * A page of those that match, oldest first.
     *
     * @param after the last one of the page before; null for the first page
     * @param limit how many at most, 1 to 1,000; if fewer come, there are no more
     * @throws IllegalArgumentException if the limit or the id is none
     * @throws IllegalStateException if Redis does not answer, or refuses
     */
    public List<DeadLetter> browse(DeadLetterFilter filter, @Nullable String after, int limit)
            throws InterruptedException {
        Checks.between("limit", limit, 1, LARGEST_PAGE);
        StreamId from = after == null ? StreamId.MIN : id(after).next();
        return asking("browse", pacer -> {
            List<DeadLetter> page = new ArrayList<>();
            DeadLetterScan scan = scan(pacer, filter, from);
            for (Letter letter = scan.next(); letter != null; letter = scan.next()) {
                if (!scan.repeats(letter)) {
                    page.add(letter.shown());
                }
                if (page.size() == limit) {
                    break;
                }
            }
            return page;
        });
    }

    /**
     * One of them, with all that is known of it.
     *
     * @param id its id among the dead letters
     * @return empty if it is not there
     * @throws IllegalArgumentException if that is no id
     * @throws IllegalStateException if Redis does not answer, or refuses
     */
    public Optional<DeadLetter> show(String id) throws InterruptedException {
        StreamId wanted = id(id);
        return asking("show", pacer -> read(pacer, wanted).map(Letter::shown));
    }

    /**
     * Sends them back, oldest first; what dies again meanwhile is left for the next time.
     *
     * @throws InterruptedException between two letters; those that went, went
     * @throws IllegalStateException if Redis does not answer, or refuses; says how many went, and nothing is lost
     */
    public RedriveReport redrive(Redrive plan) throws InterruptedException {
        return redriving(plan, RedriveRun::all);
    }

    /**
     * Sends one back; the plan's filter and number do not matter to it.
     *
     * @param id its id among the dead letters
     * @throws IllegalArgumentException if it is no id, or there is no such letter
     * @throws InterruptedException while it is followed
     * @throws IllegalStateException if Redis does not answer, or refuses
     */
    public RedriveReport redrive(String id, Redrive plan) throws InterruptedException {
        StreamId wanted = id(id);
        return redriving(plan, run -> {
            Letter letter = read(new Pacer(System::nanoTime, 0), wanted)
                    .orElseThrow(() -> new IllegalArgumentException("id: no dead letter " + id + " in " + name
                            + "; it may have been redriven or purged: browse for those that are there"));
            return run.one(letter);
        });
    }

    private RedriveReport redriving(Redrive plan, Work<RedriveRun, RedriveReport> work) throws InterruptedException {
        RedriveRun run = new RedriveRun(archive, name, plan, new Pacer(System::nanoTime, plan.perSecond()));
        try {
            return work.of(run);
        } catch (RedisFaultException e) {
            throw new IllegalStateException(
                    "redrive of " + name + ": " + run.redriven() + " went back, the others are still there; then "
                            + e.getMessage(),
                    e);
        }
    }

    /**
     * Throws those away that match, for ever.
     *
     * @return how many
     * @throws InterruptedException between two pages
     * @throws IllegalStateException if Redis does not answer, or refuses
     */
    public long purge(DeadLetterFilter filter) throws InterruptedException {
        return asking("purge", pacer -> {
            long purged = 0;
            List<StreamId> page = new ArrayList<>();
            DeadLetterScan scan = scan(pacer, filter, StreamId.MIN);
            for (Letter letter = scan.next(); letter != null; letter = scan.next()) {
                page.add(letter.id());
                if (page.size() == LARGEST_PAGE) {
                    purged += purge(pacer, page);
                }
            }
            return purged + purge(pacer, page);
        });
    }

    private long purge(Pacer pacer, List<StreamId> page) throws InterruptedException {
        List<StreamId> ids = List.copyOf(page);
        page.clear();
        pacer.step();
        return pacer.ask(() -> archive.delete(name, ids));
    }

    private Optional<Letter> read(Pacer pacer, StreamId id) throws InterruptedException {
        List<StreamEntry> found = pacer.ask(() -> archive.range(name, id, id, 1));
        return found.stream().findFirst().map(Letter::read);
    }

    private DeadLetterScan scan(Pacer pacer, DeadLetterFilter filter, StreamId from) throws InterruptedException {
        return new DeadLetterScan(archive, pacer, name, filter, from);
    }

    private interface Work<A, B> {
        B of(A given) throws InterruptedException;
    }

    private <T> T asking(String what, Work<Pacer, T> work) throws InterruptedException {
        try {
            return work.of(new Pacer(System::nanoTime, 0));
        } catch (RedisFaultException e) {
            throw new IllegalStateException(what + " of " + name + ": " + e.getMessage(), e);
        }
    }

    private static StreamId id(String text) {
        return EntryIds.parse("id", text);
    }

    /** Closes the connection, and the Redis behind it if this opened it; again has no effect. */
    @Override
    public void close() {
        archive.close();
        source.close(link);
    }
}
