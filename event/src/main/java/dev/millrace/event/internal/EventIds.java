package dev.millrace.event.internal;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes event ids: UUIDv7 in lower case, each greater than all before it in this process, also when the clock goes back
 * by up to ten seconds; when it is set back further, ids follow it rather than carry a wrong time from then on.
 * Thread-safe.
 */
public final class EventIds {

    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private static final long TOLERATED = 10_000L << 12;

    /** The random bits are a bijection of a running number that begins at a secret, so they never repeat here. */
    private static final AtomicLong NUMBER = new AtomicLong(new SecureRandom().nextLong());

    /** The last id's milliseconds in the upper 52 bits, a running number in the lower 12. */
    private static final AtomicLong LAST = new AtomicLong();

    private EventIds() {}

    /**
     * The next id.
     *
     * @param clock gives the time in it
     * @return 36 characters
     */
    public static String next(InstantSource clock) {
        return next(clock.millis());
    }

    /**
     * The next id.
     *
     * @param millis the time in it, since the epoch
     * @return 36 characters
     */
    public static String next(long millis) {
        long now = millis << 12;
        long tick = LAST.updateAndGet(last -> last < now || last - now > TOLERATED ? now : last + 1);
        long high = ((tick >>> 12) << 16) | 0x7000L | (tick & 0xFFF);
        long low = (mix(NUMBER.getAndAdd(GOLDEN_GAMMA)) & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
        byte[] text = new byte[36];
        HexDigits.eight((int) (high >>> 32), text, 0);
        HexDigits.four((int) (high >>> 16), text, 9);
        HexDigits.four((int) high, text, 14);
        HexDigits.four((int) (low >>> 48), text, 19);
        HexDigits.four((int) (low >>> 32), text, 24);
        HexDigits.eight((int) low, text, 28);
        text[8] = text[13] = text[18] = text[23] = '-';
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    /** Stafford's variant 13 of the MurmurHash3 finaliser. */
    private static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
