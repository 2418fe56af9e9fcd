package dev.millrace.consumer;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a {@link Loop} until stopped: never dies of what it throws, and never spins, but backs off from 100 ms to 5 s while it
 * fails. Should its thread die all the same, {@link #revive()} gives it another.
 */
final class LoopThread {

    private static final Logger log = LoggerFactory.getLogger(LoopThread.class);
    private static final long FIRST_BACKOFF_MILLIS = 100;
    private static final long MAX_BACKOFF_MILLIS = 5_000;

    private final Loop loop;
    private final Duration rest;
    private final Consumer<Throwable> onFailure;
    private final String name;
    private boolean daemon = true;
    private volatile @Nullable Thread thread;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final LongSupplier ticker;
    private long backoffMillis = FIRST_BACKOFF_MILLIS;
    private int inARow;
    private volatile long progressAt;
    private final AtomicLong failures = new AtomicLong();
    private volatile @Nullable String lastFailure;

    /**
     * @param rest how long to wait between two rounds, at most
     * @param onFailure told of each round that threw
     */
    LoopThread(String name, Loop loop, Duration rest, LongSupplier ticker, Consumer<Throwable> onFailure) {
        this.ticker = ticker;
        this.progressAt = ticker.getAsLong();
        this.loop = loop;
        this.rest = rest;
        this.onFailure = onFailure;
        this.name = name;
    }

    /** Keeps the JVM alive while the loop runs. */
    LoopThread keepingJvmAlive() {
        daemon = false;
        return this;
    }

    synchronized void start() {
        Thread fresh = new Thread(this::run, name);
        fresh.setDaemon(daemon);
        thread = fresh;
        fresh.start();
    }

    /** If its thread has died without being asked to, starts another; whether it did. */
    synchronized boolean revive() {
        Thread last = thread;
        if (last == null || last.isAlive() || stopped()) {
            return false;
        }
        log.error("{}: its thread had died, the loop goes on in another", name);
        start();
        return true;
    }

    /** Asks the loop to end after its current round; again has no effect. */
    void stop() {
        stopping.countDown();
        loop.wakeUp();
    }

    boolean stopped() {
        return stopping.getCount() == 0;
    }

    /** How long its last round without an error is over; zero where it waits for work and there is none. */
    Duration sinceProgress() {
        return loop.idle() ? Duration.ZERO : Duration.ofNanos(Math.max(0, ticker.getAsLong() - progressAt));
    }

    /** By how much a round without an error is late; zero while the loop keeps its pace. */
    Duration late() {
        Duration late = sinceProgress().minus(rest);
        return late.isNegative() ? Duration.ZERO : late;
    }

    /** Whether a round without an error is late by more than this. */
    boolean stuck(Duration patience) {
        return late().compareTo(patience) > 0;
    }

    ConsumerStatus.LoopStatus status() {
        return new ConsumerStatus.LoopStatus(name, sinceProgress(), failures.get(), lastFailure);
    }

    /** Waits for the end of the thread, at most this long; false if it still runs. */
    boolean join(Duration limit) throws InterruptedException {
        Thread last = thread;
        if (last == null) {
            return true;
        }
        last.join(Math.max(1, limit.toMillis()));
        return !last.isAlive();
    }

    private void run() {
        while (!stopped()) {
            try {
                loop.runOnce();
                backoffMillis = FIRST_BACKOFF_MILLIS;
                progressAt = ticker.getAsLong();
                inARow = 0;
                lastFailure = null;
                pause(jittered(rest));
            } catch (InterruptedException e) {
                // Only stop() ends this thread: an interrupt from elsewhere must not silence a subscription.
                log.debug("{}: interrupted, goes on", name);
            } catch (Throwable e) {
                failed(e);
            }
        }
    }

    private void failed(Throwable failure) {
        if (stopped()) {
            log.debug("{}: failed while stopping", name, failure);
            return;
        }
        failures.incrementAndGet();
        lastFailure = String.valueOf(failure.getMessage());
        onFailure.accept(failure);
        inARow++;
        // Said at the 1st, 2nd, 4th, 8th … time: it may go on for long.
        if (Integer.bitCount(inARow) != 1) {
            log.debug("{}: failed again", name, failure);
        } else if (failure instanceof Error) {
            log.error("{}: failed, restarted in {} ms", name, backoffMillis, failure);
        } else {
            log.warn("{}: {}; tries again in {} ms", name, failure.getMessage(), backoffMillis);
            log.debug("{}: failed", name, failure);
        }
        try {
            pause(Duration.ofMillis(backoffMillis));
        } catch (InterruptedException e) {
            log.debug("{}: interrupted, goes on", name);
        }
        backoffMillis = Math.min(longestBackoff(), backoffMillis * 2);
    }

    /** No longer than between two rounds: whoever keeps something alive must be back in time when Redis is. */
    private long longestBackoff() {
        return rest.isZero()
                ? MAX_BACKOFF_MILLIS
                : Math.max(FIRST_BACKOFF_MILLIS, Math.min(MAX_BACKOFF_MILLIS, rest.toMillis()));
    }

    /** A little less: servers that were started together would else ask Redis in step, and the same one always first. */
    private static Duration jittered(Duration rest) {
        return rest.dividedBy(100).multipliedBy(ThreadLocalRandom.current().nextInt(75, 101));
    }

    /** Waits, but no longer than until the loop is to stop; true if it is. */
    boolean pause(Duration time) throws InterruptedException {
        return stopping.await(time.toNanos(), TimeUnit.NANOSECONDS);
    }
}
