package dev.millrace.publisher;

import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** One thread that publishes numbered events at a steady rate, to three streams by turns, and remembers what was accepted. */
final class SteadyLoad implements AutoCloseable {

    static final List<String> NAMESPACES = List.of("order", "stock", "user");

    private static final long PAUSE = TimeUnit.MICROSECONDS.toNanos(500);
    private static final String FILLING = "x".repeat(400);

    private final EventPublisher publisher;
    private final Thread thread = new Thread(this::run, "steady-load");
    private final BitSet accepted = new BitSet();
    private final AtomicInteger stored = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private volatile boolean stopped;
    private long shortestRefusal = Long.MAX_VALUE;
    private long longestRefusal;

    SteadyLoad(EventPublisher publisher) {
        this.publisher = publisher;
        thread.start();
    }

    private void run() {
        long due = System.nanoTime();
        for (int n = 0; !stopped; n++) {
            publish(n);
            due = Math.max(due + PAUSE, System.nanoTime() - PAUSE); // a wait for room is not made up for
            LockSupport.parkNanos(due - System.nanoTime());
        }
    }

    private void publish(int n) {
        String type = NAMESPACES.get(n % NAMESPACES.size()) + ".changed";
        long begin = System.nanoTime();
        try {
            var unused =
                    publisher.publish(type, Map.of("n", n, "filling", FILLING)).thenRun(stored::incrementAndGet);
            accepted.set(n);
        } catch (BufferFullException e) {
            long waited = System.nanoTime() - begin;
            shortestRefusal = Math.min(shortestRefusal, waited);
            longestRefusal = Math.max(longestRefusal, waited);
            refused.incrementAndGet();
        }
    }

    EventPublisher publisher() {
        return publisher;
    }

    int stored() {
        return stored.get();
    }

    int refused() {
        return refused.get();
    }

    /** After close: the numbers of the accepted events of this namespace. */
    List<Integer> accepted(String namespace) {
        int turn = NAMESPACES.indexOf(namespace);
        return accepted.stream()
                .filter(n -> n % NAMESPACES.size() == turn)
                .boxed()
                .toList();
    }

    /** After close. */
    long shortestRefusalMillis() {
        return TimeUnit.NANOSECONDS.toMillis(shortestRefusal);
    }

    /** After close. */
    long longestRefusalMillis() {
        return TimeUnit.NANOSECONDS.toMillis(longestRefusal);
    }

    /** Publishes no more. The publisher stays open. */
    @Override
    public void close() throws InterruptedException {
        stopped = true;
        thread.join();
    }
}
