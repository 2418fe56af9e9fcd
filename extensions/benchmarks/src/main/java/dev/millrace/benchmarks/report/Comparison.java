package dev.millrace.benchmarks.report;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Medians over the rounds, and ratios between two contenders of one round: noise that lasts longer than a round cancels out. */
final class Comparison {

    private final Run run;
    private final List<Result> results;

    Comparison(Run run) {
        this.run = run;
        this.results = run.results();
    }

    /** The workloads, in the order in which they ran. */
    Set<String> workloads() {
        return run.workloads();
    }

    /** Who took part in a workload, in order. */
    Set<String> contenders(String workload) {
        return results.stream()
                .filter(result -> result.workload().equals(workload))
                .map(Result::contender)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** A figure of one contender over the rounds; empty if it was not measured. */
    Optional<Spread> figure(String workload, String contender, Figure figure) {
        double[] values = results.stream()
                .filter(of(workload, contender))
                .mapToDouble(result -> result.figure(figure))
                .filter(Double::isFinite)
                .toArray();
        return values.length == 0 ? Optional.empty() : Optional.of(Spread.of(values));
    }

    /** One contender's figure divided by another's, round by round; empty if one of them was not measured. */
    Optional<Spread> ratio(String workload, String contender, String other, Figure figure) {
        double[] ratios = results.stream()
                .filter(of(workload, contender))
                .flatMapToDouble(result -> results.stream()
                        .filter(of(workload, other))
                        .filter(each -> each.round() == result.round())
                        .mapToDouble(each -> result.figure(figure) / each.figure(figure)))
                .filter(Double::isFinite)
                .toArray();
        return ratios.length == 0 ? Optional.empty() : Optional.of(Spread.of(ratios));
    }

    private static Predicate<Result> of(String workload, String contender) {
        return result ->
                result.workload().equals(workload) && result.contender().equals(contender);
    }
}
