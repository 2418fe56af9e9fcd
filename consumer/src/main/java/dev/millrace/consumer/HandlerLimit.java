package dev.millrace.consumer;

/** How many events one handler may work on at once. Guarded by the lock of the {@link WorkQueue}. */
final class HandlerLimit extends Gate {

    private final int limit;
    private int running;

    HandlerLimit(int limit) {
        this.limit = limit;
    }

    @Override
    boolean isShut() {
        return running >= limit;
    }

    @Override
    void enter() {
        running++;
    }

    @Override
    void leave() {
        running--;
    }
}
