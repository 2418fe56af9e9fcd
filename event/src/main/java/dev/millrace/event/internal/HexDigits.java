package dev.millrace.event.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Lower-case hexadecimal digits, eight at once: an id and a hash have a hundred of them. */
final class HexDigits {

    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle FOUR = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final long EACH = 0x0101_0101_0101_0101L;

    private HexDigits() {}

    /** Writes the eight digits of a number. */
    static void eight(int value, byte[] into, int at) {
        EIGHT.set(into, at, digits(value));
    }

    /** Writes the four digits of a number's lower half. */
    static void four(int value, byte[] into, int at) {
        FOUR.set(into, at, (int) digits(value));
    }

    private static long digits(int value) {
        long spread = value & 0xFFFF_FFFFL;
        spread = (spread | spread << 16) & 0x0000_FFFF_0000_FFFFL;
        spread = (spread | spread << 8) & 0x00FF_00FF_00FF_00FFL;
        spread = (spread | spread << 4) & 0x0F * EACH;
        long letters = (spread + 6 * EACH) >>> 4 & EACH; // one in each byte of ten and more
        return spread + '0' * EACH + letters * ('a' - '0' - 10);
    }
}
