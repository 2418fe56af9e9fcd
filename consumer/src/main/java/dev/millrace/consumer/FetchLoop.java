package dev.millrace.consumer;

import dev.millrace.redis.internal.RedisFault;
import dev.millrace.redis.internal.RedisFaultException;
import dev.millrace.redis.internal.StreamEntry;
import dev.millrace.redis.internal.StreamGroup;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/** Reads new entries when there is room for them, opens them and puts them before the workers: the main loop. */
final class FetchLoop implements Loop {

    private static final long ROOM_WAIT = TimeUnit.MILLISECONDS.toNanos(500);

    private final Subscription home;
    private final StreamGroup group;
    private final Intake intake;
    private final WorkQueue work;
    private final LongSupplier ticker;
    private final Duration block;
    private final int concurrency;
    private final int maxPending;
    private final ReadAhead readAhead;
    // Fair, so that the reclaim loop gets its turn when it must have the process for itself.
    private final ReentrantLock reading = new ReentrantLock(true);
    private long lastReadAt;
    private boolean lastReadWasFull;

    FetchLoop(Subscription home, StreamGroup group, Intake intake, WorkQueue work, ConsumerSettings settings) {
        this.home = home;
        this.group = group;
        this.intake = intake;
        this.work = work;
        this.ticker = settings.ticker();
        this.block = settings.readBlock();
        this.concurrency = settings.concurrency();
        this.maxPending = settings.maxPending();
        this.readAhead = new ReadAhead(concurrency);
        this.lastReadAt = ticker.getAsLong();
    }

    @Override
    public void runOnce() throws InterruptedException {
        reading.lockInterruptibly();
        try {
            int room = awaitRoom();
            if (room > 0) {
                fetch(room);
            }
        } catch (RedisFaultException e) {
            if (e.fault().kind() != RedisFault.Kind.NOGROUP) {
                home.quietTime().begin();
                throw e;
            }
            home.keeper().recreate();
        } finally {
            reading.unlock();
        }
    }

    /** How many entries may be read now; 0 after a while without room. */
    private int awaitRoom() throws InterruptedException {
        int room = work.awaitRoom(concurrency, readAhead.size(), ROOM_WAIT);
        if (room == 0 || !home.inFlight().awaitBelow(maxPending, ROOM_WAIT)) {
            return 0;
        }
        readAhead.roomAfter(ticker.getAsLong() - lastReadAt, lastReadWasFull);
        return Math.min(room, maxPending - home.inFlight().size());
    }

    private void fetch(int room) throws InterruptedException {
        long startedAt = ticker.getAsLong();
        List<StreamEntry> fetched = group.read(room, block);
        lastReadAt = ticker.getAsLong();
        lastReadWasFull = fetched.size() == room;
        if (fetched.isEmpty()) {
            return;
        }
        home.keeper().seen(fetched.get(fetched.size() - 1).id());
        home.meters().count(Counted.FETCHED, fetched.size());
        work.addLast(intake.open(fetched, false, startedAt));
    }

    /**
     * Stops reading until {@link #resume()}, called by the same thread.
     *
     * @return false if the round under way did not end within the limit
     */
    boolean suspend(Duration limit) throws InterruptedException {
        wakeUp();
        return reading.tryLock(limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    void resume() {
        reading.unlock();
    }

    @Override
    public void wakeUp() {
        group.unblock();
    }
}
