package dev.millrace.consumer;

import dev.millrace.redis.internal.CompanionKeys;
import dev.millrace.redis.internal.StreamArchive;
import dev.millrace.redis.internal.StreamEntry;
import dev.millrace.redis.internal.StreamId;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One redrive on its way through the dead letters. For one thread. */
final class RedriveRun {

    private static final Duration LOOK = Duration.ofMillis(10);
    private static final int PAGE = 50;
    private static final StreamId END = new StreamId(-1, -1);

    private final StreamArchive archive;
    private final String deadLetters;
    private final Redrive plan;
    private final Pacer pacer;
    private final Map<String, Boolean> groups = new HashMap<>();
    private final Tallies types = new Tallies();
    private final Map<RedriveReport.Refusal, Long> refused = new EnumMap<>(RedriveReport.Refusal.class);
    private long redriven;
    private long repeats;
    private long gone;

    RedriveRun(StreamArchive archive, String deadLetters, Redrive plan, Pacer pacer) {
        this.archive = archive;
        this.deadLetters = deadLetters;
        this.plan = plan;
        this.pacer = pacer;
    }

    long redriven() {
        return redriven;
    }

    /** All that the plan names. */
    RedriveReport all() throws InterruptedException {
        DeadLetterScan scan = scan(plan.filter());
        for (Letter letter = scan.next(); letter != null; letter = scan.next()) {
            if (scan.repeats(letter)) {
                repeated(letter);
                continue;
            }
            if (redriven == plan.most()) {
                return report(RedriveReport.End.MOST_REACHED, null);
            }
            RedriveReport stopped = redrive(letter);
            if (stopped != null) {
                return stopped;
            }
        }
        return report(RedriveReport.End.DONE, null);
    }

    /** This one, and away with what repeats it. */
    RedriveReport one(Letter wanted) throws InterruptedException {
        RedriveReport stopped = redrive(wanted);
        if (redriven == 1 && mayRepeat(wanted)) {
            DeadLetterScan scan = scan(DeadLetterFilter.all());
            for (Letter letter = scan.next(); letter != null; letter = scan.next()) {
                if (!letter.id().equals(wanted.id()) && letter.key().equals(wanted.key())) {
                    repeated(letter);
                }
            }
        }
        return stopped == null ? report(RedriveReport.End.DONE, null) : stopped;
    }

    /** Whether it may have been written twice: while others of its entry were under way, or in two steps. */
    private boolean mayRepeat(Letter letter) {
        String usual = CompanionKeys.of(letter.shown().stream()).deadLetters();
        return letter.events() != 1 || letter.original().size() > 1_000 || !deadLetters.equals(usual);
    }

    private DeadLetterScan scan(DeadLetterFilter filter) throws InterruptedException {
        return new DeadLetterScan(archive, pacer, deadLetters, filter, StreamId.MIN);
    }

    private void repeated(Letter letter) throws InterruptedException {
        repeats++;
        if (!plan.dry()) {
            pacer.ask(() -> archive.delete(deadLetters, List.of(letter.id())));
        }
    }

    /** Null unless this is where it stops. */
    private @Nullable RedriveReport redrive(Letter letter) throws InterruptedException {
        RedriveReport.Refusal refusal = refusal(letter);
        if (refusal != null) {
            refused.merge(refusal, 1L, Long::sum);
            return null;
        }
        if (plan.dry()) {
            counted(letter);
            return null;
        }
        pacer.step();
        StreamId before = last();
        StreamId entry = pacer.<@Nullable StreamId>ask(
                () -> archive.move(deadLetters, letter.id(), letter.shown().stream(), letter.redriven()));
        if (entry == null) {
            gone++;
            return null;
        }
        counted(letter);
        Duration patience = plan.follow();
        return patience == null ? null : follow(letter, entry, before, patience);
    }

    private void counted(Letter letter) {
        redriven++;
        types.add(letter.typeOr(DeadLetters.UNREADABLE));
    }

    private RedriveReport.@Nullable Refusal refusal(Letter letter) throws InterruptedException {
        DeadLetter shown = letter.shown();
        if (shown.entryId().isEmpty()
                || shown.group().isEmpty()
                || shown.stream().isEmpty()) {
            return RedriveReport.Refusal.FOREIGN;
        }
        if (plan.forced()) {
            return null;
        }
        if (letter.events() == 0) {
            return RedriveReport.Refusal.UNREADABLE;
        }
        if (shown.redriven() >= plan.maxRedriven()) {
            return RedriveReport.Refusal.TOO_OFTEN;
        }
        return groupExists(shown.stream(), shown.group()) ? null : RedriveReport.Refusal.NO_GROUP;
    }

    private boolean groupExists(String stream, String group) throws InterruptedException {
        String key = stream + '\n' + group;
        Boolean known = groups.get(key);
        if (known == null) {
            known = pacer.<@Nullable StreamId>ask(() -> archive.lastDelivered(stream, group)) != null;
            groups.put(key, known);
        }
        return known;
    }

    /** Waits for the entry's end; null if that is a good one. */
    private @Nullable RedriveReport follow(Letter letter, StreamId entry, StreamId before, Duration patience)
            throws InterruptedException {
        long deadline = pacer.now() + patience.toNanos();
        String stream = letter.shown().stream();
        String group = letter.shown().group();
        while (!ended(stream, group, entry)) {
            if (pacer.now() - deadline > 0) {
                return report(RedriveReport.End.NO_OUTCOME, letter.id().toString());
            }
            pacer.pause(LOOK);
        }
        String renewed = deadAgain(group, stream, entry, before);
        return renewed == null ? null : report(RedriveReport.End.FAILED_AGAIN, renewed);
    }

    private boolean ended(String stream, String group, StreamId entry) throws InterruptedException {
        StreamId delivered = pacer.<@Nullable StreamId>ask(() -> archive.lastDelivered(stream, group));
        return delivered != null
                && delivered.compareTo(entry) >= 0
                && !pacer.ask(() -> archive.pending(stream, group, entry));
    }

    /** The letter that the entry became, among those that came since; an entry is settled only after it stands there. */
    private @Nullable String deadAgain(String group, String stream, StreamId entry, StreamId before)
            throws InterruptedException {
        StreamId from = before.next();
        while (true) {
            StreamId begin = from;
            List<StreamEntry> page = pacer.ask(() -> archive.range(deadLetters, begin, END, PAGE));
            for (StreamEntry row : page) {
                DeadLetter shown = Letter.read(row).shown();
                if (shown.entryId().equals(entry.toString())
                        && shown.group().equals(group)
                        && shown.stream().equals(stream)) {
                    return shown.id();
                }
                from = row.id().next();
            }
            if (page.size() < PAGE) {
                return null;
            }
        }
    }

    private StreamId last() throws InterruptedException {
        if (plan.follow() == null) {
            return StreamId.MIN;
        }
        StreamId last = pacer.<@Nullable StreamId>ask(() -> archive.lastId(deadLetters));
        return last == null ? StreamId.MIN : last;
    }

    private RedriveReport report(RedriveReport.End end, @Nullable String stoppedAt) {
        return new RedriveReport(end, redriven, types.sorted(), Map.copyOf(refused), repeats, gone, stoppedAt);
    }
}
