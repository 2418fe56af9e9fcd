package dev.millrace.consumer;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;

/** The threads that run handlers, one a permit of a pool. Thread-safe. */
final class Workers {

    private final WorkQueue work;
    private final Handling handling;
    private final BatchHandling batches;
    private final List<Worker> workers = new CopyOnWriteArrayList<>();

    private record Worker(Thread thread, WorkerLoop loop, ThreadFactory threads) {}

    Workers(WorkQueue work, Handling handling, BatchHandling batches) {
        this.work = work;
        this.handling = handling;
        this.batches = batches;
    }

    void start(Pool pool, int permits, ThreadFactory threads) {
        for (int i = 0; i < permits; i++) {
            WorkerLoop loop = new WorkerLoop(work, pool, handling, batches);
            Worker worker = new Worker(threads.newThread(loop), loop, threads);
            workers.add(worker);
            worker.thread().start();
        }
    }

    /** Starts workers again whose threads have died without having come to their end; how many. */
    int revive() {
        int revived = 0;
        for (int i = 0; i < workers.size(); i++) {
            Worker dead = workers.get(i);
            if (!dead.thread().isAlive() && !dead.loop().ended()) {
                dead.loop().forget();
                Worker next = new Worker(dead.threads().newThread(dead.loop()), dead.loop(), dead.threads());
                workers.set(i, next);
                next.thread().start();
                revived++;
            }
        }
        return revived;
    }

    boolean contains(Thread thread) {
        return workers.stream().anyMatch(worker -> worker.thread() == thread);
    }

    void interrupt() {
        workers.forEach(worker -> worker.thread().interrupt());
    }

    /** How many work for this subscription at this moment. */
    int running(Subscription subscription) {
        int count = 0;
        for (Worker worker : workers) {
            for (EventInFlight event : worker.loop().current()) {
                count += event.home() == subscription ? 1 : 0;
            }
        }
        return count;
    }
}
