package dev.millrace.benchmarks.contenders;

/** Publishes orders. */
public interface PublishContender extends AutoCloseable {

    /**
     * Publishes the orders numbered from {@code first}, and returns when Redis has confirmed all of them.
     *
     * @throws IllegalStateException if one was not stored
     */
    void publish(long first, long count) throws Exception;

    @Override
    void close() throws Exception;
}
