package dev.millrace.consumer;

/** Work that is done again and again by a {@link LoopThread}; tests call it directly. */
interface Loop {

    /** One round: returns within a second or so of {@link #wakeUp()}. */
    void runOnce() throws InterruptedException;

    /** Ends whatever wait the round is in, because the loop is to stop. */
    default void wakeUp() {}
}
