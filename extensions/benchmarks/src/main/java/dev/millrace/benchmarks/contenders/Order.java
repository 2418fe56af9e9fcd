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

    private static final int BYTES = 140;
    private static final List<Line> LINES = List.of(new Line("s-20417", 2, new BigDecimal("19.90")));
    private static final BigDecimal TOTAL = new BigDecimal("39.80");
    private static final String NOTE = "";

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

    static Order of(long number) {
        return of(number, 0, NOTE);
    }

    /** An order that is to be sent at this moment. */
    public static Order of(long number, long intendedAt) {
        return of(number, intendedAt, NOTE);
    }

    static Order of(long number, long intendedAt, String note) {
        return new Order(number, intendedAt, "c-4711", LINES, TOTAL, "EUR", note);
    }

    /** A note that makes the body about this many bytes long; the usual one where that is not more. */
    static String noteFor(int bodyBytes) {
        int more = bodyBytes - BYTES;
        return more <= 0 ? NOTE : NOTE + "x".repeat(more);
    }
}
