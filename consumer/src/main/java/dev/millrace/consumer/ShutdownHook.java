package dev.millrace.consumer;

/** Does something when the JVM is asked to end, unless it was removed before. Thread-safe. */
final class ShutdownHook {

    private final Thread thread;

    ShutdownHook(String name, Runnable work) {
        this.thread = new Thread(work, name);
    }

    /**
     * From now on it is done.
     *
     * @throws IllegalStateException if the JVM is ending already
     */
    void install() {
        Runtime.getRuntime().addShutdownHook(thread);
    }

    void remove() {
        try {
            Runtime.getRuntime().removeShutdownHook(thread);
        } catch (IllegalStateException e) {
            // The JVM is ending: it is being done, or was about to be.
            return;
        }
    }
}
