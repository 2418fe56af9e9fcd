package dev.millrace.consumer;

import dev.millrace.redis.internal.RedisFault;
import dev.millrace.redis.internal.RedisFaultException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * One life of a server inside this JVM, which can end or stall exactly at a step, as a process does that is killed or stopped:
 * from then on nothing of it reaches Redis, and nothing that its handlers do counts. Thread-safe.
 */
final class Life {

    /** What becomes of a life at its step. */
    enum Fate {
        SURVIVES,
        DIES,
        STALLS,
        CLOSES
    }

    private static final long STALL_MILLIS = 900;

    /** A server does this every third of claim-idle, whether it holds anything or not. */
    private static final String KEPT_ALIVE = "after hold_name";

    private static final long LONGEST_SILENCE =
            History.CLAIM_IDLE.multipliedBy(2).dividedBy(3).toNanos();

    private final String name;
    private final Fate fate;
    private final String step;
    private final AtomicInteger stepsLeft;
    private final long stallNanos;
    private final AtomicLong skippedNanos = new AtomicLong();
    private final Queue<Long> heard = new ConcurrentLinkedQueue<>();
    private final CountDownLatch fulfilled = new CountDownLatch(1);
    private final CountDownLatch goesOn = new CountDownLatch(1);
    private volatile boolean dead;
    private volatile boolean stalling;
    private volatile boolean cutShort;
    private volatile long closedAt = Long.MAX_VALUE;

    /**
     * @param step as {@link #reach} is told it
     * @param occurrence at which time of reaching it, from 1
     * @param stallNanos by how much time jumps for a life that stalls
     */
    Life(String name, Fate fate, String step, int occurrence, long stallNanos) {
        this.name = name;
        this.fate = fate;
        this.step = step;
        this.stepsLeft = new AtomicInteger(occurrence);
        this.stallNanos = stallNanos;
    }

    static Life immortal(String name) {
        return new Life(name, Fate.SURVIVES, "", 0, 0);
    }

    String name() {
        return name;
    }

    boolean dead() {
        return dead;
    }

    boolean fulfilled() {
        return fulfilled.getCount() == 0;
    }

    boolean stalling() {
        return stalling;
    }

    /** Whether what this life began may have been begun again by another. */
    boolean excused() {
        return dead || cutShort || (fate == Fate.STALLS && fulfilled());
    }

    /**
     * Closes its server. If the time for that is too short, handlers are interrupted, and how these end counts as no attempt; if
     * its connection is reset meanwhile, nobody is told of its attempts.
     *
     * @param keeps whether something is still held in its name
     */
    void close(ConsumerServer server, Duration drain, BooleanSupplier keeps) {
        long begun = System.nanoTime();
        server.close(drain);
        closedAt = System.nanoTime();
        cutShort = closedAt - begun >= drain.toNanos() || keeps.getAsBoolean();
    }

    /**
     * Whether Redis heard nothing of it for so long between these two times that others were free to take what it held: the
     * machine stood still, or a neighbour's disaster cut its connections. After its close it owes no word, and nothing is excused.
     */
    boolean silentWithin(long fromNanos, long toNanos) {
        long end = Math.min(toNanos, closedAt);
        long last = fromNanos;
        for (long word : heard) {
            if (word > last && word < end) {
                if (word - last > LONGEST_SILENCE) {
                    return true;
                }
                last = word;
            }
        }
        return end - last > LONGEST_SILENCE;
    }

    Fate fate() {
        return fate;
    }

    String step() {
        return step;
    }

    /** The time of this life, which jumps when it stalls or is told to. */
    long ticker() {
        return System.nanoTime() + skippedNanos.get();
    }

    void skip(long nanos) {
        skippedNanos.addAndGet(nanos);
    }

    /** Called at each step. */
    void reach(String reached) {
        awaitStall();
        refuseDead();
        if (reached.equals(KEPT_ALIVE)) {
            heard.add(System.nanoTime());
        }
        if (reached.equals(step) && stepsLeft.decrementAndGet() == 0) {
            if (fate == Fate.DIES) {
                dead = true;
            } else if (fate == Fate.STALLS) {
                skip(stallNanos);
                stalling = true;
            }
            fulfilled.countDown();
            awaitStall();
            refuseDead();
        }
    }

    private void refuseDead() {
        if (dead) {
            throw new RedisFaultException(new RedisFault(RedisFault.Kind.CLOSED, name + " is dead"), null);
        }
    }

    private void awaitStall() {
        if (!stalling) {
            return;
        }
        try {
            if (!goesOn.await(STALL_MILLIS, TimeUnit.MILLISECONDS)) {
                stalling = false;
                goesOn.countDown();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return name + " (" + fate + (step.isEmpty() ? "" : " " + step) + (fulfilled() ? ", met" : "") + ")";
    }
}
