package dev.millrace.benchmarks.report;

/** What is measured of a trial. */
public enum Figure {
    /** Throughput over the timed section. */
    RATE("events/s"),
    /** Of the whole client process, with its compiler and garbage collector. */
    CLIENT_CPU("client CPU µs/event"),
    /** Of the Redis process, user and system. */
    REDIS_CPU("Redis CPU µs/event"),
    /** By all threads of the client. */
    ALLOCATED("allocated bytes/event"),
    /** The client process' largest resident size. */
    PEAK_MEMORY("peak MiB"),
    /** What Redis keeps besides the stream, an event. */
    REDIS_MEMORY("Redis bytes/event"),
    /** Latency from the intended send. */
    P50("p50 µs"),
    /** As {@link #P50}. */
    P90("p90 µs"),
    /** As {@link #P50}. */
    P99("p99 µs"),
    /** As {@link #P50}. */
    P999("p99.9 µs"),
    /** As {@link #P50}. */
    MAX("max µs");

    private final String label;

    Figure(String label) {
        this.label = label;
    }

    /** Name and unit. */
    public String label() {
        return label;
    }
}
