package dev.millrace.benchmarks.contenders;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.util.List;

/**
 * The body that every contender publishes and handles: about 140 bytes of JSON, so that its envelope has about 460.
 *
 * @param number counts the events of a trial, from 0
 * @param intendedAt when it was to be sent, on {@link System#nanoTime()}; only latency trials look at it
 * @param customer who ordered
 * @param lines what was ordered
 * @param total what it costs
 * @param currency three letters
 * @param note free text; trials with other payloads make it longer
 */
public record Order(
        long number,
        long intendedAt,
        @NotBlank String customer,
        @NotEmpty List<Line> lines,
        @NotNull @Positive BigDecimal total,
        @Size(min = 3, max = 3) String currency,
        @NotNull String note) {

    private static final List<Line> LINES = List.of(new Line("s-20417", 2, new BigDecimal("19.90")));
    private static final BigDecimal TOTAL = new BigDecimal("39.80");

    /**
     * One line of an order.
     *
     * @param sku the article
     * @param quantity how many
     * @param price of one
     */
    public record Line(
            @NotBlank String sku,
            @Positive int quantity,
            @NotNull BigDecimal price) {}

    /**
     * What makes a body long or short.
     *
     * @param lines what was ordered
     * @param note free text
     */
    record Shape(List<Line> lines, String note) {

        static final Shape USUAL = new Shape(LINES, "");
        private static final int USUAL_BYTES = 140;
        private static final int BYTES_WITHOUT_LINES = 95;

        /** Of a body about this many bytes long; 0 = the usual one. */
        static Shape ofBody(int bytes) {
            if (bytes == 0) {
                return USUAL;
            }
            boolean lines = bytes >= USUAL_BYTES;
            int more = bytes - (lines ? USUAL_BYTES : BYTES_WITHOUT_LINES);
            return new Shape(lines ? LINES : List.of(), "x".repeat(Math.max(0, more)));
        }
    }

    static Order of(long number) {
        return of(number, 0);
    }

    /** An order that is to be sent at this moment. */
    public static Order of(long number, long intendedAt) {
        return of(number, intendedAt, Shape.USUAL);
    }

    static Order of(long number, long intendedAt, Shape shape) {
        return new Order(number, intendedAt, "c-4711", shape.lines(), TOTAL, "EUR", shape.note());
    }
}
