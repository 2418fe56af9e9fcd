package dev.millrace.consumer;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.util.concurrent.TimeUnit;

/** The one class that needs resilience4j, which is optional: it is loaded when somebody hands in a breaker. */
final class Resilience4jBreaker implements Breaker {

    private final CircuitBreaker breaker;

    Resilience4jBreaker(CircuitBreaker breaker) {
        this.breaker = breaker;
    }

    @Override
    public String name() {
        return breaker.getName();
    }

    @Override
    public int state() {
        return switch (breaker.getState()) {
            case OPEN, FORCED_OPEN -> 2;
            case HALF_OPEN -> 1;
            default -> 0;
        };
    }

    @Override
    public boolean permits() {
        return breaker.tryAcquirePermission();
    }

    @Override
    public void succeeded(long nanos) {
        breaker.onSuccess(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void failed(long nanos, Throwable failure) {
        breaker.onError(nanos, TimeUnit.NANOSECONDS, failure);
    }

    @Override
    public void unused() {
        breaker.releasePermission();
    }
}
