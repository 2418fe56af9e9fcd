package dev.millrace.samples;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Lets time pass. */
final class Pause {

    private static final Semaphore NEVER = new Semaphore(0);

    private Pause() {}

    static void millis(long millis) throws InterruptedException {
        if (millis > 0 && NEVER.tryAcquire(millis, TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException("nobody gives this permit");
        }
    }
}
