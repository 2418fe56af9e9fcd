package dev.millrace.consumer;

import dev.millrace.event.internal.Checks;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What happens after a handler failed: how often it is tried again, and after which delays. Immutable.
 *
 * <p>The number counts retries after the first attempt: 3 means at most four handlings. Exceptions and errors alike are
 * retried unless {@link #giveUpOn} names them, or {@link #retryOn} names others.
 */
public final class RetryPolicy {

    private static final int MAX_RETRIES = 900;
    private static final Duration LONGEST = Duration.ofDays(30);

    private final int retries;
    private final Duration firstDelay;
    private final double multiplier;
    private final Duration maxDelay;
    private final double jitter;
    private final Kinds kinds;

    /**
     * Which failures are retried.
     *
     * @param fatal never
     * @param only if there are any, nothing else is
     */
    private record Kinds(List<Class<? extends Throwable>> fatal, List<Class<? extends Throwable>> only) {

        static final Kinds ALL = new Kinds(List.of(), List.of());

        private static List<Class<? extends Throwable>> both(
                List<Class<? extends Throwable>> one, List<Class<? extends Throwable>> other) {
            return Stream.concat(one.stream(), other.stream()).distinct().toList();
        }

        Kinds butNot(List<Class<? extends Throwable>> types) {
            return new Kinds(both(fatal, types), only);
        }

        Kinds only(List<Class<? extends Throwable>> types) {
            return new Kinds(fatal, both(only, types));
        }

        boolean isFatal(Throwable failure) {
            if (cause(failure, NotRetryableException.class) != null || matches(fatal, failure)) {
                return true;
            }
            return !only.isEmpty() && cause(failure, RetryAfterException.class) == null && !matches(only, failure);
        }

        private static boolean matches(List<Class<? extends Throwable>> types, Throwable failure) {
            return types.stream().anyMatch(type -> cause(failure, type) != null);
        }
    }

    private RetryPolicy(
            int retries, Duration firstDelay, double multiplier, Duration maxDelay, double jitter, Kinds kinds) {
        this.retries = retries;
        this.firstDelay = firstDelay;
        this.multiplier = multiplier;
        this.maxDelay = maxDelay;
        this.jitter = jitter;
        this.kinds = kinds;
    }

    /** Doubles the delay after each failure, up to {@link #maxDelay}, with 20 % jitter. */
    public static RetryPolicy exponential(int retries, Duration firstDelay) {
        return of(retries, firstDelay, 2.0, 0.2);
    }

    /** Waits the same time after each failure, without jitter. */
    public static RetryPolicy fixed(int retries, Duration delay) {
        return of(retries, delay, 1.0, 0.0);
    }

    /** Dead-letters after the first failure. */
    public static RetryPolicy none() {
        return of(0, Duration.ZERO, 1.0, 0.0);
    }

    private static RetryPolicy of(int retries, Duration firstDelay, double multiplier, double jitter) {
        Checks.between("retries", retries, 0, MAX_RETRIES);
        Checks.between("delay", firstDelay, Duration.ZERO, LONGEST);
        Duration limit = Duration.ofSeconds(30);
        Duration maxDelay = firstDelay.compareTo(limit) > 0 ? firstDelay : limit;
        return new RetryPolicy(retries, firstDelay, multiplier, maxDelay, jitter, Kinds.ALL);
    }

    /** No delay of this policy is longer, before jitter. Default: 30 seconds, or the first delay if that is longer. */
    public RetryPolicy maxDelay(Duration maxDelay) {
        Checks.between("maxDelay", maxDelay, firstDelay, LONGEST);
        return new RetryPolicy(retries, firstDelay, multiplier, maxDelay, jitter, kinds);
    }

    /** Spreads each delay by up to this share, 0 to 1, in both directions. Default: 0.2 for exponential, 0 for fixed. */
    public RetryPolicy jitter(double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("jitter: got " + share + "; use 0 to 1");
        }
        return new RetryPolicy(retries, firstDelay, multiplier, maxDelay, share, kinds);
    }

    /**
     * Never retries these, nor what has one of them as a cause; called again, these too. Default: {@link NotRetryableException}
     * alone.
     */
    @SafeVarargs
    @SuppressWarnings("varargs") // only read
    public final RetryPolicy giveUpOn(Class<? extends Throwable>... types) {
        return new RetryPolicy(retries, firstDelay, multiplier, maxDelay, jitter, kinds.butNot(List.of(types)));
    }

    /**
     * Retries these, what has one of them as a cause, and what asks for it ({@link RetryAfterException}), but nothing else; called
     * again, these too. What {@link #giveUpOn} names is not retried all the same. Default: retries everything.
     *
     * @throws IllegalArgumentException if no class is named
     */
    @SafeVarargs
    @SuppressWarnings("varargs") // only read
    public final RetryPolicy retryOn(Class<? extends Throwable>... types) {
        if (types.length == 0) {
            throw new IllegalArgumentException("retryOn: got no class; name those to retry, or use RetryPolicy.none()");
        }
        return new RetryPolicy(retries, firstDelay, multiplier, maxDelay, jitter, kinds.only(List.of(types)));
    }

    /** How many times an event is handled at most, crashes apart. */
    public int maxAttempts() {
        return retries + 1;
    }

    /**
     * The delay before the next attempt, or empty to give up.
     *
     * @param attempt the one that failed, from 1
     * @param random from 0 to 1, for the jitter
     */
    Optional<Duration> delayAfter(int attempt, Throwable failure, double random) {
        if (attempt > retries || isFatal(failure)) {
            return Optional.empty();
        }
        RetryAfterException asked = cause(failure, RetryAfterException.class);
        if (asked != null) {
            return Optional.of(asked.delay());
        }
        double grown = (double) firstDelay.toNanos() * Math.pow(multiplier, attempt - 1.0);
        double capped = Math.min(grown, (double) maxDelay.toNanos());
        return Optional.of(Duration.ofNanos((long) (capped * (1 + jitter * (2 * random - 1)))));
    }

    boolean isFatal(Throwable failure) {
        return kinds.isFatal(failure);
    }

    private static <T extends Throwable> @Nullable T cause(Throwable failure, Class<T> type) {
        Throwable current = failure;
        // A chain of causes may close on itself; nobody nests deeper than this on purpose.
        for (int depth = 0; current != null && depth < 50; depth++) {
            if (type.isInstance(current)) {
                return type.cast(current);
            }
            current = current.getCause();
        }
        return null;
    }

    @Override
    public String toString() {
        return retries == 0
                ? "none"
                : retries + " retries, " + firstDelay + " × " + multiplier + " up to " + maxDelay + ", jitter "
                        + jitter;
    }
}
