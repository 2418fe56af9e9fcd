package dev.millrace.benchmarks.contenders;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** Counts what was handled, begins the timed section after the warm-up, and knows when all is done. Thread-safe. */
public final class Tally {

    private final long warmUp;
    private final long total;
    private final Runnable warm;
    private final AtomicLong count = new AtomicLong();
    private final LongAdder sum = new LongAdder();
    private final CountDownLatch full = new CountDownLatch(1);

    /**
     * Empty.
     *
     * @param warmUp orders before the timed section
     * @param total orders in all
     * @param warm begins the timed section, called once
     */
    public Tally(long warmUp, long total, Runnable warm) {
        this.warmUp = warmUp;
        this.total = total;
        this.warm = warm;
    }

    void handled(Order order) {
        sum.add(order.number());
        long now = count.incrementAndGet();
        if (now == warmUp) {
            warm.run();
        }
        if (now == total) {
            full.countDown();
        }
    }

    boolean isFull() {
        return full.getCount() == 0;
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
