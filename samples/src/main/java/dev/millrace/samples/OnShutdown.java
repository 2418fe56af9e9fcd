package dev.millrace.samples;

/** Does something when the JVM is told to end (Ctrl-C, SIGTERM); no longer so once closed. */
public final class OnShutdown implements AutoCloseable {

    private final Thread hook;

    private OnShutdown(Thread hook) {
        this.hook = hook;
    }

    /** Does this then; the JVM ends when it is done. */
    public static OnShutdown run(Runnable task) {
        Thread hook = new Thread(task, "millrace-shutdown");
        Runtime.getRuntime().addShutdownHook(hook);
        return new OnShutdown(hook);
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // It is running: the JVM waits for it.
        }
    }
}
