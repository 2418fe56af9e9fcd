package dev.millrace.benchmarks.report;

import java.util.Map;

/**
 * What came out of one trial.
 *
 * @param workload what was done, the same for all who are compared
 * @param contender who did it
 * @param round counts from 1
 * @param events in the timed section
 * @param figures what was measured; what could not be is missing
 */
public record Result(String workload, String contender, int round, long events, Map<Figure, Double> figures) {

    /** Not a number if it could not be measured. */
    double figure(Figure figure) {
        return figures.getOrDefault(figure, Double.NaN);
    }
}
