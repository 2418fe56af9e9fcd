package dev.millrace.consumer;

/**
 * Two numbers in the one that Redis keeps for a pending entry: thousands are attempts that we recorded, the rest counts
 * deliveries since. So a crash, which raises the count of all that its process held, is not mistaken for a failure.
 */
record DeliveryCount(int attempts, int returns) {

    private static final long UNIT = 1000;

    /**
     * @param stored as Redis has it; below 1,000 no attempt was recorded, and the first delivery, which Redis counts as 1, is
     *     no return
     */
    static DeliveryCount of(long stored) {
        if (stored < UNIT) {
            return new DeliveryCount(0, (int) Math.max(0, stored - 1));
        }
        return new DeliveryCount((int) Math.min(stored / UNIT, Integer.MAX_VALUE), (int) (stored % UNIT));
    }

    /** What to store when this attempt begins, or when an entry is handed back after it. */
    static long recorded(int attempts) {
        return attempts * UNIT;
    }
}
