package dev.millrace.benchmarks.contenders;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Orders dealt out to keys as if by chance, so that some of a key are close to each other; and whether those of each key were
 * handled one after the other, in their order. Thread-safe.
 */
final class KeyOrder {

    private final String[] names;
    private final AtomicLongArray last;
    private final AtomicIntegerArray running;
    private final LongAdder overlapping = new LongAdder();
    private final LongAdder overtaken = new LongAdder();
    private final LongAdder strange = new LongAdder();

    KeyOrder(int keys) {
        names = IntStream.range(0, keys).mapToObj(i -> "c-" + i).toArray(String[]::new);
        running = new AtomicIntegerArray(keys);
        last = new AtomicLongArray(keys);
        for (int i = 0; i < keys; i++) {
            last.set(i, -1);
        }
    }

    /** As many keys as the trial asks for; null if it has none. */
    static @Nullable KeyOrder of(Setup setup) {
        int keys = setup.number("keys", 0);
        return keys == 0 ? null : new KeyOrder(keys);
    }

    /** The key of the order with this number. */
    String key(long number) {
        return names[index(number)];
    }

    void begin(long number, @Nullable String key) {
        int index = index(number);
        if (!names[index].equals(key)) {
            strange.increment();
        }
        if (last.getAndSet(index, number) >= number) {
            overtaken.increment();
        }
        if (running.incrementAndGet(index) > 1) {
            overlapping.increment();
        }
    }

    void end(long number) {
        running.decrementAndGet(index(number));
    }

    /**
     * Checks that every order came with its key.
     *
     * @param inOrder whether to check as well that those of a key were handled one after the other
     * @throws IllegalStateException if not
     */
    void require(boolean inOrder) {
        if (strange.sum() > 0) {
            throw new IllegalStateException(strange + " orders came with the key of another, or none");
        }
        if (inOrder && overtaken.sum() + overlapping.sum() > 0) {
            throw new IllegalStateException(overtaken + " orders were handled after a later one of their key, "
                    + overlapping + " beside another of it");
        }
    }

    /** The last steps of SplitMix64: the same number has the same key in every process. */
    private int index(long number) {
        long mixed = (number ^ (number >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return (int) Long.remainderUnsigned(mixed ^ (mixed >>> 31), names.length);
    }
}
