package dev.millrace.benchmarks.contenders;

/** A thousand values made before the clock runs, for trials in which only sending is measured. */
final class Bodies {

    static final int KEPT = 1_024;

    private final byte[][] values = new byte[KEPT][];

    interface Maker {
        byte[] make(Order order);
    }

    Bodies(Maker maker) {
        for (int i = 0; i < KEPT; i++) {
            values[i] = maker.make(Order.of(i));
        }
    }

    byte[] get(long number) {
        return values[(int) (number & (KEPT - 1))];
    }
}
