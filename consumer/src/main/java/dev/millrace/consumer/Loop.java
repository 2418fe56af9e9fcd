package dev.millrace.consumer;

/** Work that is done again and again by a {@link LoopThread}; tests call it directly. */
interface Loop {

    /** One round: returns within a second or so of {@link #wakeUp()}. */
    void runOnce() throws InterruptedException;

    /** Whether the round does nothing but wait for work that there is none of. */
    default boolean idle() {
        return false;
    }

    /** Ends whatever wait the round is in, because the loop is to stop. */
    default void wakeUp() {}
}
