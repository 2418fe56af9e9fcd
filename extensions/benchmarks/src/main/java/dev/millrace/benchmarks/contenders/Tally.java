package dev.millrace.benchmarks.contenders;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** Counts what was handled, begins and ends the timed section, and knows when all is done. Thread-safe. */
public final class Tally {

    private final long begin;
    private final long end;
    private final long total;
    private final Runnable onBegin;
    private final Runnable onEnd;
    private final AtomicLong count = new AtomicLong();
    private final LongAdder sum = new LongAdder();
    private final CountDownLatch full = new CountDownLatch(1);

    /**
     * Empty.
     *
     * @param begin orders before the timed section
     * @param end orders up to its end
     * @param total orders in all
     * @param onBegin begins the timed section, called once
     * @param onEnd ends it, called once
     */
    public Tally(long begin, long end, long total, Runnable onBegin, Runnable onEnd) {
        this.begin = begin;
        this.end = end;
        this.total = total;
        this.onBegin = onBegin;
        this.onEnd = onEnd;
    }

    void handled(Order order) {
        sum.add(order.number());
        long now = count.incrementAndGet();
        if (now == begin) {
            onBegin.run();
        }
        if (now == end) {
            onEnd.run();
        }
        if (now == total) {
            full.countDown();
        }
    }

    boolean isFull() {
        return full.getCount() == 0;
    }

    /** Whether orders are left when these have been handled. */
    boolean goesOnAfter(int more) {
        return count.get() + more < total;
    }

    void awaitFull() throws InterruptedException {
        full.await();
    }

    /** Orders handled so far. */
    public long count() {
        return count.get();
    }

    /**
     * Checks that each of the orders 0 … total-1 was handled once.
     *
     * @throws IllegalStateException if not
     */
    public void requireAll() {
        long expected = total * (total - 1) / 2;
        if (count.get() != total || sum.sum() != expected) {
            throw new IllegalStateException("handled " + count + " orders whose numbers add up to " + sum + ", not "
                    + total + " that add up to " + expected);
        }
    }
}
