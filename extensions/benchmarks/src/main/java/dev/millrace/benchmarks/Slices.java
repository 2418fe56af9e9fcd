package dev.millrace.benchmarks;

import dev.millrace.benchmarks.report.Result;
import dev.millrace.testkit.RedisServer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/**
 * Runs the variants of a workload in one JVM, in slices so short that a machine whose speed changes does so between passes
 * rather than within one. A pass over all variants is a round of the result.
 */
final class Slices {

    /** Passes for each round of other trials; a slice is this part of a trial's events. */
    static final int A_ROUND = 3;

    private final Runner runner;
    private final Consumer<Result> progress;

    /**
     * Runs nothing yet.
     *
     * @param track one JVM for all slices
     * @param progress is told of each slice that counts, once its pass is over
     */
    Slices(RedisServer redis, Runner.Track track, Consumer<Result> progress) {
        this.runner = new Runner(redis, track, result -> {});
        this.progress = progress;
    }

    /**
     * As many passes as make these rounds, after some that do not count and make up the warm-up. The results of a pass are in
     * the variants' order, whatever that of the pass was.
     *
     * @throws TrialFailedException if a slice did not do what it was to do, counted or not
     */
    List<Result> run(List<Trial> variants, int rounds) throws Exception {
        List<Trial> slices =
                variants.stream().map(variant -> variant.slice(A_ROUND)).toList();
        List<String> names = variants.stream().map(Trial::contender).toList();
        long before = Math.max(1, variants.get(0).warmUp() / slices.get(0).total());
        for (int pass = 1; pass <= before; pass++) {
            runner.round(order(slices, pass), pass);
        }
        List<Result> results = new ArrayList<>();
        for (int pass = 1; pass <= rounds * A_ROUND; pass++) {
            List<Result> measured = new ArrayList<>(runner.round(order(slices, pass), pass));
            measured.sort(Comparator.comparingInt(result -> names.indexOf(result.contender())));
            measured.forEach(progress);
            results.addAll(measured);
        }
        return results;
    }

    /**
     * The order of a pass: to and fro (0, last, 1, last but one, …), one further in each pass, and backwards in every other if
     * their number is odd. So over twice as many passes as there are, each stands as often at each place, and as often behind
     * each other one, whose garbage and compilations it may have to pay for.
     */
    static <T> List<T> order(List<T> all, int pass) {
        int size = all.size();
        boolean backwards = size % 2 == 1 && pass % 2 == 1;
        List<T> order = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            int place = backwards ? size - 1 - i : i;
            int zigzag = place % 2 == 0 ? place / 2 : size - (place + 1) / 2;
            order.add(all.get((zigzag + pass) % size));
        }
        return order;
    }
}
