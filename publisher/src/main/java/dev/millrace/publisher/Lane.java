package dev.millrace.publisher;

import dev.millrace.redis.internal.RedisFault;
import dev.millrace.routing.Priority;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What goes to one stream, or is of one group, in order: waiting events, how many batches are in flight, and where it stands with retries.
 * Confined to the send loop, but for {@link #expect} and {@link #wakes}.
 */
final class Lane {

    /** No event will come here any more. */
    private static final long RETIRED = Long.MIN_VALUE;

    private static final long NOTHING_SENT = Long.MIN_VALUE;

    private final String name;
    private final Target target;
    private final BatchLimits limits;
    private final Lanes home;

    /** Accepted and not yet sent, counted by those who publish, so that they know when to wake the loop. */
    private final AtomicLong expected = new AtomicLong();

    /** Whether the next event may leave at once, so that the loop must hear of it. */
    private volatile boolean resting = true;

    /** The highest of the routes that lead here. */
    private volatile Priority priority = Priority.LOW;

    private final Deque<PendingEvent> waiting = new ArrayDeque<>();
    private final List<PendingEvent> toResend = new ArrayList<>();
    private long waitingBytes;
    private int hurried;
    private int inFlight;
    private int failures;
    private long notBefore;
    private long highestStored = -1;
    private long noProgressSince = NOTHING_SENT;
    private boolean progressed;

    /** The last one that did not pass an event on or refuse it for good; any thread reads it. */
    private volatile @Nullable String fault;

    Lane(String name, Target target, BatchLimits limits, Lanes home) {
        this.name = name;
        this.target = target;
        this.limits = limits;
        this.home = home;
    }

    String name() {
        return name;
    }

    /** Any thread: an event of so many bytes is on its way here; what was expected before. Negative = retired. */
    long expect(int bytes) {
        return expected.getAndAdd(Load.of(1, bytes));
    }

    /**
     * Any thread: whether the loop must be woken for an event that comes after what was expected before. Asked once the
     * event is where the loop looks: it rests first and looks afterwards.
     */
    boolean wakes(long before, int bytes) {
        return resting || (!full(before) && full(before + Load.of(1, bytes)));
    }

    private boolean full(long load) {
        return Load.events(load) >= limits.maxEvents() || Load.bytes(load) >= limits.maxBytes();
    }

    /** The lane that has taken this one's place. */
    Lane successor() {
        Lane next = home.after(this);
        next.raise(priority);
        return next;
    }

    /** Nothing may come here any more, unless something is on its way. */
    boolean retire() {
        return expected.compareAndSet(0, RETIRED);
    }

    /** Any thread: a route of this priority leads here. */
    void raise(Priority route) {
        if (route.compareTo(priority) < 0) {
            synchronized (expected) {
                priority = route.compareTo(priority) < 0 ? route : priority;
            }
        }
    }

    Priority priority() {
        return priority;
    }

    Target target() {
        return target;
    }

    /** Takes an event in; says whether the lane was resting until now. */
    boolean arrive(PendingEvent event) {
        boolean rested = resting;
        resting = false;
        waiting.addLast(event);
        waitingBytes += event.bytes();
        return rested;
    }

    /** Everything that waits now leaves as soon as there is a free slot. */
    void hurry() {
        hurried = waiting.size();
    }

    /** Nothing is left to do here: the next event must wake the loop. */
    boolean rest() {
        resting = waiting.isEmpty() && inFlight == 0 && toResend.isEmpty();
        if (resting) {
            noProgressSince = NOTHING_SENT;
            home.rested(this);
        }
        return resting;
    }

    /** Nothing of it is waited for any more. What still comes finds it at rest, and so wakes the loop. */
    void abandon() {
        inFlight = 0;
        resting = true;
    }

    LeavingRule.State state() {
        PendingEvent first = waiting.peekFirst();
        return new LeavingRule.State(
                waiting.size(),
                waitingBytes,
                inFlight,
                first == null ? 0 : first.acceptedAt(),
                hurried > 0,
                failures > 0 || !toResend.isEmpty() ? notBefore : LeavingRule.NO_FAILURE);
    }

    /** The next batch, in order, as large as the limits allow; at least one event. */
    Batch take(long now) {
        if (noProgressSince == NOTHING_SENT) {
            noProgressSince = now;
        }
        List<PendingEvent> events = new ArrayList<>(Math.min(waiting.size(), limits.maxEvents()));
        long bytes = 0;
        for (PendingEvent next = waiting.peekFirst(); next != null; next = waiting.peekFirst()) {
            if (!events.isEmpty()
                    && (events.size() == limits.maxEvents() || bytes + next.bytes() > limits.maxBytes())) {
                break;
            }
            events.add(removeFirst());
            bytes += next.bytes();
        }
        inFlight++;
        return new Batch(this, events);
    }

    /** Takes out what is too old, which can only be in front. */
    List<PendingEvent> takeOlderThan(long age, long now) {
        List<PendingEvent> old = List.of();
        for (PendingEvent next = waiting.peekFirst(); next != null; next = waiting.peekFirst()) {
            if (now - next.acceptedAt() < age) {
                break;
            }
            old = old.isEmpty() ? new ArrayList<>() : old;
            old.add(removeFirst());
        }
        return old;
    }

    /** Takes out everything that waits for a first or another attempt. */
    List<PendingEvent> takeAll() {
        List<PendingEvent> all = new ArrayList<>(toResend);
        toResend.clear();
        while (!waiting.isEmpty()) {
            all.add(removeFirst());
        }
        return all;
    }

    private PendingEvent removeFirst() {
        PendingEvent first = waiting.removeFirst();
        waitingBytes -= first.bytes();
        hurried = Math.max(0, hurried - 1);
        expected.addAndGet(-Load.of(1, first.bytes()));
        return first;
    }

    void stored(PendingEvent event) {
        highestStored = Math.max(highestStored, event.sequence());
        progressed = true;
    }

    /** An event will never be stored, which is no fault of the way to the stream. */
    void refused() {
        progressed = true;
    }

    /** An attempt has failed for a reason that may pass. */
    void failed(RedisFault reason) {
        fault = reason.message();
    }

    /** Whether events were sent, and are at a standstill since {@link #noProgressSince}. */
    boolean isWaitingForProgress() {
        return noProgressSince != NOTHING_SENT;
    }

    /** When the last event came to its end, or the first was sent. */
    long noProgressSince() {
        return noProgressSince;
    }

    /** Any thread: what kept events from being stored, the last time; null if nothing does. */
    @Nullable
    String fault() {
        return fault;
    }

    void resend(PendingEvent event) {
        toResend.add(event);
    }

    /** Whether a newer event of this lane was stored before this one. */
    boolean isOvertaken(PendingEvent event) {
        return event.sequence() < highestStored;
    }

    /**
     * One batch is answered. Once all are, what failed goes back to the front in its old order, and nothing newer leaves
     * before it.
     *
     * @return what goes back
     */
    List<PendingEvent> answered(long now, Backoff backoff) {
        inFlight--;
        noteProgress(now);
        if (toResend.isEmpty()) {
            failures = 0;
            return List.of();
        }
        if (inFlight > 0) {
            return List.of();
        }
        toResend.sort(Comparator.comparingLong(PendingEvent::sequence).reversed());
        List<PendingEvent> back = List.copyOf(toResend);
        toResend.clear();
        for (PendingEvent event : back) {
            waiting.addFirst(event);
            waitingBytes += event.bytes();
            expected.addAndGet(Load.of(1, event.bytes()));
        }
        hurried = hurried > 0 ? hurried + back.size() : 0;
        failures++;
        notBefore = now + backoff.nanos(failures);
        return back;
    }

    private void noteProgress(long now) {
        if (progressed) {
            progressed = false;
            boolean more = inFlight > 0 || !toResend.isEmpty();
            noProgressSince = more ? now : NOTHING_SENT;
            fault = more ? fault : null;
        }
    }

    @Override
    public String toString() {
        return "Lane[" + name + "]";
    }
}
