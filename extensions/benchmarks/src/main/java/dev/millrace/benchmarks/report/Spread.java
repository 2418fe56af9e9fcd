package dev.millrace.benchmarks.report;

import java.util.Arrays;

/**
 * Median, least and greatest of some rounds.
 *
 * @param median the middle one, or between the two middle ones
 * @param min the least
 * @param max the greatest
 * @param rounds how many there were
 */
public record Spread(double median, double min, double max, int rounds) {

    /** Of these values, at least one. */
    public static Spread of(double... values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("values: none");
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[sorted.length - 1], sorted.length);
    }
}
