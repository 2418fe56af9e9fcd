package dev.millrace.consumer;

/** A circuit breaker, from whatever library. Thread-safe. */
interface Breaker {

    String name();

    /** 0 closed, 1 half open, 2 open. */
    int state();

    /** Takes a permission for one call, to be ended by one of the others; false if it refuses. */
    boolean permits();

    void succeeded(long nanos);

    void failed(long nanos, Throwable failure);

    /** There was no call, or none that says anything. */
    void unused();
}
