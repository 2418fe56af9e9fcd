package dev.millrace.samples.promises;

import dev.millrace.samples.OnShutdown;
import java.io.PrintStream;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** What each program needs around it: a Redis, a name for its streams that nobody else has, somewhere to print. */
record Setting(String redis, String prefix, PrintStream out) {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** What a program does. */
    interface Program {
        void run(Setting setting) throws Exception;
    }

    static Setting at(String redis, PrintStream out) {
        return new Setting(redis, "sample-" + UUID.randomUUID() + "-", out);
    }

    /** Runs a program with the Redis that its first argument names, or with the one of this machine. */
    static void run(String[] args, Program program) throws Exception {
        program.run(at(args.length > 0 ? args[0] : "redis://localhost:6379", System.out));
    }

    String stream(String name) {
        return prefix + name;
    }

    void say(String line) {
        out.println(line);
    }

    /** Waits until something is so, but not for ever. */
    static void until(BooleanSupplier done) throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!done.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0 || never.await(10, TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("it has not come to that within " + PATIENCE);
            }
        }
    }

    /** Waits until this JVM is told to end (SIGTERM, Ctrl-C), which then waits for what the caller does after it. */
    static void untilTold(Runnable drain) throws InterruptedException {
        CountDownLatch drained = new CountDownLatch(1);
        OnShutdown hook = OnShutdown.run(() -> {
            drain.run();
            drained.countDown();
        });
        drained.await();
        hook.close();
    }
}
