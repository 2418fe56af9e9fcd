package dev.millrace.consumer;

/**
 * Two numbers in the one that Redis keeps for a pending entry: thousands are attempts that we recorded, the rest counts
 * deliveries since. So a crash, which raises the count of all that its process held, is not mistaken for a failure.
 */
record DeliveryCount(int attempts, int returns) {

    private static final long UNIT = 1000;
    private static final DeliveryCount FIRST = new DeliveryCount(0, 0);

    /**
     * @param stored as Redis has it; the first delivery after what was recorded is no return: it may follow a hand-back
     */
    static DeliveryCount of(long stored) {
        if (stored == 1) {
            return FIRST;
        }
        int attempts = (int) Math.min(stored / UNIT, Integer.MAX_VALUE);
        return new DeliveryCount(attempts, (int) Math.max(0, stored % UNIT - 1));
    }

    /** What to store when this attempt begins, or when an entry is handed back after it. */
    static long recorded(int attempts) {
        return attempts * UNIT;
    }
}
