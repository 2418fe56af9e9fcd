package dev.millrace.consumer;

import dev.millrace.event.internal.Threads;
import dev.millrace.redis.internal.RedisFaultException;
import dev.millrace.redis.internal.StreamArchive;
import dev.millrace.redis.internal.StreamId;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps retention from removing what a replay has yet to read, for as long as the replay lives. Its own thread. */
final class ReplayHold implements AutoCloseable, Runnable {

    private static final Logger log = LoggerFactory.getLogger(ReplayHold.class);

    /** A replay that was killed holds nothing for longer than this. */
    private static final Duration TIME = Duration.ofMinutes(5);

    private final StreamArchive archive;
    private final String stream;
    private final String replay;
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile StreamId lowest;

    private ReplayHold(StreamArchive archive, String stream, String replay, StreamId lowest) {
        this.archive = archive;
        this.stream = stream;
        this.replay = replay;
        this.lowest = lowest;
    }

    static ReplayHold begin(StreamArchive archive, String stream, String replay, StreamId lowest) {
        ReplayHold hold = new ReplayHold(archive, stream, replay, lowest);
        hold.refresh();
        Threads.daemon("millrace-" + replay + "-hold-").newThread(hold).start();
        return hold;
    }

    /** What comes before this is no longer needed. */
    void advance(StreamId next) {
        lowest = next;
    }

    private void refresh() {
        archive.hold(stream, replay, lowest, TIME);
    }

    @Override
    public void run() {
        try {
            while (!closing.await(TIME.toMillis() / 10, TimeUnit.MILLISECONDS)) {
                try {
                    refresh();
                } catch (RedisFaultException e) {
                    log.warn("{} could not renew its hold on {}, tries again: {}", replay, stream, e.getMessage());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closing.countDown();
        try {
            archive.release(stream, replay);
        } catch (RedisFaultException e) {
            log.warn("{} could not end its hold on {}; it ends by itself in {}", replay, stream, TIME);
        }
    }
}
