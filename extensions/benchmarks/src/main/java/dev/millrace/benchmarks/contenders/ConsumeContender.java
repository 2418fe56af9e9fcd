package dev.millrace.benchmarks.contenders;

/** Handles the orders that a stream holds. */
public interface ConsumeContender extends AutoCloseable {

    /** Reads through the group, tells the tally of each order, and returns when the tally is full and all are acknowledged. */
    void consume(Tally tally) throws Exception;

    @Override
    void close() throws Exception;
}
