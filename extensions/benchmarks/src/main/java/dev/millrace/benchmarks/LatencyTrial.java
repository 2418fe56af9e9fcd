package dev.millrace.benchmarks;

import dev.millrace.benchmarks.contenders.Contenders;
import dev.millrace.benchmarks.contenders.LatencyContender;
import dev.millrace.benchmarks.contenders.Order;
import dev.millrace.benchmarks.contenders.Setup;
import dev.millrace.benchmarks.report.Figure;
import dev.millrace.testkit.RedisServer;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Open loop: orders are sent by the clock, whether earlier ones have arrived or not, and each latency counts from the moment
 * when the order was meant to be sent. So a pause makes all orders late that fell into it, as it would for users.
 */
final class LatencyTrial {

    private static final long LONGEST = TimeUnit.MINUTES.toNanos(5);

    /** Orders a second at first: the compiler counts calls, not seconds, and while it works it has one of two cores. */
    private static final int WARM_UP_RATE = 20_000;

    private static final int WARM_UP_SECONDS = 40;

    /** At the trial's own rate, when calls bring few orders: that is other code, in part. */
    private static final int SETTLING_SECONDS = 5;

    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(30);

    private final Trial trial;
    private final Setup setup;
    private final RedisServer redis;
    private final int rate;
    private final Histogram latencies = new ConcurrentHistogram(LONGEST, 3);
    private final AtomicLong handled = new AtomicLong();

    LatencyTrial(Trial trial, Setup setup, RedisServer redis) {
        this.trial = trial;
        this.setup = setup;
        this.rate = setup.number("rate", 1_000);
        this.redis = redis;
    }

    Map<Figure, Double> run() throws Exception {
        Snapshot before;
        Snapshot after;
        try (LatencyContender contender = Contenders.latency(trial.who(), setup)) {
            contender.start(this::arrived);
            warmUp(contender);
            before = Snapshot.begin(redis);
            send(contender, trial.warmUp(), trial.events(), rate);
            after = Snapshot.end(redis);
            awaitHandled(trial.total());
        }
        if (handled.get() != trial.total()) {
            throw new IllegalStateException("handled " + handled + " of " + trial.total() + " orders");
        }
        Map<Figure, Double> figures = before.until(after, trial.events());
        figures.put(Figure.P50, micros(50));
        figures.put(Figure.P90, micros(90));
        figures.put(Figure.P99, micros(99));
        figures.put(Figure.P999, micros(99.9));
        figures.put(Figure.MAX, latencies.getMaxValue() / 1e3);
        return figures;
    }

    private double micros(double percentile) {
        return latencies.getValueAtPercentile(percentile) / 1e3;
    }

    /** How many orders warm up a trial of this rate. */
    static long warmUp(long rate) {
        return (long) WARM_UP_RATE * WARM_UP_SECONDS + rate * SETTLING_SECONDS;
    }

    /** Returns when nothing is under way. */
    private void warmUp(LatencyContender contender) {
        long settling = Math.min((long) rate * SETTLING_SECONDS, trial.warmUp() / 2);
        send(contender, 0, trial.warmUp() - settling, WARM_UP_RATE);
        send(contender, trial.warmUp() - settling, settling, rate);
        awaitHandled(trial.warmUp());
    }

    private void awaitHandled(long orders) {
        long deadline = System.nanoTime() + PATIENCE;
        while (handled.get() < orders) {
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException("handled " + handled + " of " + orders + " orders");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    /** By the clock: an order that is sent late is meant to have been sent when it was due. */
    static void send(LatencyContender contender, long first, long count, int perSecond) {
        long period = TimeUnit.SECONDS.toNanos(1) / perSecond;
        long start = System.nanoTime();
        for (long i = 0; i < count; i++) {
            long intended = start + i * period;
            long early = intended - System.nanoTime();
            while (early > 0) {
                LockSupport.parkNanos(early);
                early = intended - System.nanoTime();
            }
            contender.send(Order.of(first + i, intended));
        }
    }

    private void arrived(Order order) {
        if (order.number() >= trial.warmUp()) {
            latencies.recordValue(Math.min(LONGEST, System.nanoTime() - order.intendedAt()));
        }
        handled.incrementAndGet();
    }
}
