package dev.millrace.publisher;

/**
 * When a batch leaves: when it is full, or nothing is in flight for its lane, or its first event is maxWait old, or a
 * flush asks for it; and fewer than maxConcurrentBatches are in flight. After a failure, one batch at a time goes out
 * until one has come through. A pure function of state and time.
 *
 * @param limits the limits
 * @param strict whether at most one batch a lane is in flight
 */
record LeavingRule(BatchLimits limits, boolean strict) {

    /** An answer or another event must come first. */
    static final long NOT_BY_TIME = Long.MAX_VALUE;

    /** The last batch of the lane came through. */
    static final long NO_FAILURE = Long.MIN_VALUE;

    /**
     * What the rule looks at.
     *
     * @param events how many wait
     * @param bytes how much they are
     * @param inFlight batches of this lane in flight
     * @param firstAcceptedAt when the first was accepted
     * @param hurried whether a flush waits for the first
     * @param notBefore when the next attempt after a failure may be made, or {@link #NO_FAILURE}
     */
    record State(int events, long bytes, int inFlight, long firstAcceptedAt, boolean hurried, long notBefore) {}

    /**
     * How long the lane's next batch must stay.
     *
     * @param allInFlight batches in flight over all lanes
     * @return nanoseconds, 0 = it leaves, or {@link #NOT_BY_TIME}
     */
    long delay(State lane, int allInFlight, long now) {
        if (lane.events == 0 || allInFlight >= limits.maxConcurrentBatches()) {
            return NOT_BY_TIME;
        }
        if (strict && lane.inFlight > 0) {
            return NOT_BY_TIME;
        }
        if (lane.notBefore != NO_FAILURE) {
            return lane.inFlight > 0 ? NOT_BY_TIME : Math.max(0, lane.notBefore - now);
        }
        if (lane.inFlight == 0 || lane.hurried || isFull(lane)) {
            return 0;
        }
        return Math.max(0, lane.firstAcceptedAt + limits.maxWait().toNanos() - now);
    }

    private boolean isFull(State lane) {
        return lane.events >= limits.maxEvents() || lane.bytes >= limits.maxBytes();
    }
}
