package dev.millrace.benchmarks.contenders;

import java.util.function.Consumer;

/** Publishes and handles at once. */
public interface LatencyContender extends AutoCloseable {

    /** Begins to handle what is published from now on. */
    void start(Consumer<Order> handler) throws Exception;

    /** Publishes an order, without waiting for it. */
    void send(Order order);

    /** Returns when everything that was sent is stored, and everything handled is acknowledged. */
    @Override
    void close() throws Exception;
}
