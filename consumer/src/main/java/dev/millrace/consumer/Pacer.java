package dev.millrace.consumer;

import dev.millrace.redis.internal.RedisFaultException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps a long piece of work to its rate, and lets it wait for a Redis that is away for a while. For one thread. */
final class Pacer {

    private static final Logger log = LoggerFactory.getLogger(Pacer.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(500);

    private final LongSupplier ticker;
    private final long interval;
    private long next;

    /**
     * @param perSecond how many steps a second at most; 0 = any number
     */
    Pacer(LongSupplier ticker, double perSecond) {
        this.ticker = ticker;
        this.interval = perSecond == 0 ? 0 : Math.max(1, (long) (TimeUnit.SECONDS.toNanos(1) / perSecond));
        this.next = ticker.getAsLong();
    }

    /** Refuses a rate that is none. */
    static double checked(String key, double perSecond) {
        if (!(perSecond > 0 && perSecond <= 1_000_000)) {
            throw new IllegalArgumentException(key + ": got " + perSecond + "; use more than 0, at most 1000000");
        }
        return perSecond;
    }

    /** Waits until the next step may be taken. A pause is not made up for afterwards. */
    void step() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        if (interval > 0) {
            long now = ticker.getAsLong();
            if (next - now > 0) {
                pause(Duration.ofNanos(next - now));
            } else {
                next = now;
            }
            next += interval;
        }
    }

    void pause(Duration time) throws InterruptedException {
        boolean never = new CountDownLatch(1).await(time.toNanos(), TimeUnit.NANOSECONDS);
        assert !never;
    }

    long now() {
        return ticker.getAsLong();
    }

    /** Asks Redis, and asks again while it is away, for up to 30 seconds. */
    <T extends @Nullable Object> T ask(Supplier<T> question) throws InterruptedException {
        long deadline = ticker.getAsLong() + PATIENCE.toNanos();
        for (int tries = 1; true; tries++) {
            try {
                return question.get();
            } catch (RedisFaultException e) {
                if (!e.fault().passing() || ticker.getAsLong() - deadline > 0) {
                    throw e;
                }
                // Said at 1, 2, 4, 8 … tries: two a second would hide all else.
                if (Integer.bitCount(tries) == 1) {
                    log.warn("waits for Redis: {}", e.getMessage());
                }
                pause(BETWEEN_TRIES);
            }
        }
    }
}
