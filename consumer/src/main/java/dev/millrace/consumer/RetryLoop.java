package dev.millrace.consumer;

import dev.millrace.redis.internal.RedisFaultException;
import dev.millrace.redis.internal.Touch;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/** Keeps what waits, for a retry or for Redis, until it is due; a retry begins only if the entry is still ours. */
final class RetryLoop implements Loop {

    private static final int MAX_BATCH = 500;
    private static final long LONGEST_WAIT = TimeUnit.SECONDS.toNanos(1);
    private static final Duration REDIS_RETRY = Duration.ofSeconds(1);

    private final Subscription home;
    private final WorkQueue work;
    private final LongSupplier ticker;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // Bounded by maxPending: what waits is in flight.
    private final PriorityQueue<Due> waiting = new PriorityQueue<>(Comparator.comparingLong(Due::at));

    private volatile boolean waking;

    private record Due(long at, Waiting what) {}

    RetryLoop(Subscription home, WorkQueue work, LongSupplier ticker) {
        this.home = home;
        this.work = work;
        this.ticker = ticker;
    }

    void add(Waiting what, Duration delay) {
        what.begins();
        home.errands().told(what.entry(), what.index(), Outcome.WAITING);
        lock.lock();
        try {
            waiting.add(new Due(ticker.getAsLong() + delay.toNanos(), what));
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    /** Forgets the events that wait and fulfil this, and returns them with what is left of their delays; all else stays. */
    Map<EventInFlight, Duration> drainEvents(Predicate<EventInFlight> condition) {
        lock.lock();
        try {
            Map<EventInFlight, Duration> drained = new LinkedHashMap<>();
            waiting.removeIf(due -> {
                if (due.what() instanceof Waiting.Retry retry && condition.test(retry.event())) {
                    long left = Math.max(0, due.at() - ticker.getAsLong());
                    drained.put(retry.event(), Duration.ofNanos(left));
                    return true;
                }
                return false;
            });
            return drained;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void runOnce() throws InterruptedException {
        Deque<Waiting> due = new ArrayDeque<>(awaitDue());
        List<EventInFlight> retries = new ArrayList<>();
        try {
            while (!due.isEmpty()) {
                if (due.peekFirst() instanceof Waiting.Bury bury) {
                    home.settlement().bury(bury.burial());
                } else if (due.peekFirst() instanceof Waiting.Failure failure) {
                    home.settlement().failed(failure.event(), failure.handler(), failure.cause());
                } else if (due.peekFirst() instanceof Waiting.Retry retry) {
                    if (retry.newAttempt()) {
                        retry.event().nextAttempt();
                    }
                    retries.add(retry.event());
                }
                due.removeFirst();
            }
            if (!retries.isEmpty()) {
                begin(retries);
                retries.clear();
            }
        } finally {
            // Only after an error: what is not done must not be forgotten, for keep-alive would hold it for ever.
            due.forEach(left -> add(left, REDIS_RETRY));
            later(retries);
        }
    }

    private List<Waiting> awaitDue() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long deadline = ticker.getAsLong() + LONGEST_WAIT;
            long left = untilFirst(deadline);
            while (left > 0 && !waking) {
                changed.awaitNanos(left);
                left = untilFirst(deadline);
            }
            List<Waiting> due = new ArrayList<>();
            while (due.size() < MAX_BATCH) {
                Due next = waiting.peek();
                if (next == null || next.at() - ticker.getAsLong() > 0) {
                    break;
                }
                waiting.poll();
                due.add(next.what());
            }
            return due;
        } finally {
            lock.unlock();
        }
    }

    private long untilFirst(long deadline) {
        long now = ticker.getAsLong();
        Due first = waiting.peek();
        return first == null ? deadline - now : Math.min(deadline, first.at()) - now;
    }

    /** Records the attempts in Redis and checks the owner, in one call; then back to the workers. */
    private void begin(List<EventInFlight> retries) {
        try {
            record(retries);
        } catch (RedisFaultException e) {
            home.quietTime().beginWhenHeard();
            later(retries);
            return;
        }
        List<EventInFlight> ours = new ArrayList<>();
        for (EventInFlight event : retries) {
            event.waiting(false);
            if (event.entry().lost()) {
                home.settlement().drop(event);
            } else {
                ours.add(event);
            }
        }
        if (!work.addFirst(ours)) {
            later(ours);
        }
    }

    private void record(List<EventInFlight> retries) {
        // Several events may share an entry: it is touched once, with the highest attempt.
        Map<EntryInFlight, Integer> attempts = new LinkedHashMap<>();
        for (EventInFlight event : retries) {
            if (!event.entry().trimmed()) {
                attempts.merge(event.entry(), event.attempt(), Math::max);
            }
        }
        List<Touch> touches = new ArrayList<>();
        attempts.forEach((entry, attempt) -> touches.add(touch(entry, attempt)));
        if (!touches.isEmpty()) {
            home.custody().touch(touches, List.copyOf(attempts.keySet()));
        }
    }

    /** A first attempt is not recorded; whether it began is for the workers to say. */
    private static Touch touch(EntryInFlight entry, int attempt) {
        int highest = Math.max(attempt, entry.attemptsBegun());
        return highest <= 1 ? Touch.keepAlive(entry.id()) : new Touch(entry.id(), DeliveryCount.recorded(highest));
    }

    private void later(List<EventInFlight> events) {
        events.forEach(event -> add(new Waiting.Retry(event, false), REDIS_RETRY));
    }

    @Override
    public void wakeUp() {
        waking = true;
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
