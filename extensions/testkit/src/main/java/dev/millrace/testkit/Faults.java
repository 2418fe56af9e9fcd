package dev.millrace.testkit;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** The faults that a proxy shows at the moment; shared by all its connections. Thread-safe. */
final class Faults {
    private static final long UNLIMITED = Long.MAX_VALUE;

    private final AtomicLong repliesLeft = new AtomicLong(UNLIMITED);
    private final AtomicLong replyBytesLeft = new AtomicLong(UNLIMITED);
    private volatile boolean dropReplies;
    private volatile boolean dropRequests;
    private volatile long delayNanos;

    void dropReplies() {
        dropReplies = true;
    }

    void dropRequests() {
        dropRequests = true;
    }

    void delay(Duration delay) {
        delayNanos = delay.toNanos();
    }

    void resetAfterReplies(long replies) {
        repliesLeft.set(replies);
    }

    void resetAfterReplyBytes(long bytes) {
        replyBytesLeft.set(bytes);
    }

    void heal() {
        dropReplies = false;
        dropRequests = false;
        delayNanos = 0;
        repliesLeft.set(UNLIMITED);
        replyBytesLeft.set(UNLIMITED);
    }

    boolean dropsReplies() {
        return dropReplies;
    }

    boolean dropsRequests() {
        return dropRequests;
    }

    long delayNanos() {
        return delayNanos;
    }

    /** How many of these bytes may pass; fewer than {@code length} means that the connection is then to be reset. */
    int admit(RespReplies parser, byte[] bytes, int length) {
        for (int i = 0; i < length; i++) {
            if (repliesLeft.get() <= 0 || replyBytesLeft.get() <= 0) {
                return i;
            }
            boolean ended = parser.accept(bytes[i]);
            countDown(replyBytesLeft, true);
            countDown(repliesLeft, ended);
        }
        return length;
    }

    private static void countDown(AtomicLong left, boolean one) {
        if (one && left.get() != UNLIMITED) {
            left.updateAndGet(value -> value == UNLIMITED ? UNLIMITED : value - 1);
        }
    }
}
