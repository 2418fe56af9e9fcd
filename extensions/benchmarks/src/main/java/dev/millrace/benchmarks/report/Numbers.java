package dev.millrace.benchmarks.report;

import java.util.Locale;

/** How numbers are written: three digits that count, the same wherever it runs. */
final class Numbers {

    private Numbers() {}

    /** With thousands apart. */
    static String of(double value) {
        String pattern = Math.abs(value) >= 100 ? "%,.0f" : Math.abs(value) >= 10 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, pattern, value);
    }

    /** Median, and least to greatest. */
    static String of(Spread spread) {
        String median = of(spread.median());
        return spread.rounds() == 1 ? median : median + " (" + of(spread.min()) + "–" + of(spread.max()) + ")";
    }
}
