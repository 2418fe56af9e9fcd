package dev.millrace.benchmarks;

import dev.millrace.benchmarks.contenders.Contenders;
import dev.millrace.benchmarks.contenders.PublishContender;
import dev.millrace.benchmarks.contenders.Setup;
import dev.millrace.benchmarks.report.Figure;
import dev.millrace.benchmarks.report.Result;
import dev.millrace.testkit.RedisServer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Runs trials in alternating rounds (A B C A B C …): fills, measures, verifies, and cleans up behind each. */
final class Runner {

    /** Where a trial's contender runs. */
    interface Track {
        Map<Figure, Double> run(Trial trial, String uri, String key) throws Exception;
    }

    private final RedisServer redis;
    private final Track track;
    private final Consumer<Result> progress;

    Runner(RedisServer redis, Track track, Consumer<Result> progress) {
        this.redis = redis;
        this.track = track;
        this.progress = progress;
    }

    /**
     * All rounds.
     *
     * @throws TrialFailedException if a trial did not do what it was to do
     */
    List<Result> run(List<Trial> trials, int rounds) throws Exception {
        List<Result> results = new ArrayList<>();
        for (int round = 1; round <= rounds; round++) {
            results.addAll(round(trials, round));
        }
        return results;
    }

    /** One of them. */
    List<Result> round(List<Trial> trials, int round) throws Exception {
        List<Result> results = new ArrayList<>();
        for (Trial trial : trials) {
            Result result = new Result(trial.workload(), trial.contender(), round, trial.events(), run(trial));
            progress.accept(result);
            results.add(result);
        }
        return results;
    }

    private Map<Figure, Double> run(Trial trial) throws Exception {
        Setup setup = new Setup(
                redis.uri(), "millrace-benchmark-" + ProcessHandle.current().pid(), trial.options());
        Keys keys = new Keys(redis, setup.key());
        keys.remove();
        try {
            prepare(trial, setup);
            double before = InfoText.number(redis.cli("INFO", "memory"), "used_memory");
            Map<Figure, Double> figures = new EnumMap<>(track.run(trial, redis.uri(), setup.key()));
            new Verification(redis, trial, setup).verify();
            if (trial.kind() == Trial.Kind.CONSUME) {
                double after = InfoText.number(redis.cli("INFO", "memory"), "used_memory");
                figures.put(Figure.REDIS_MEMORY, Math.max(0, (after - before) / trial.total()));
            }
            return figures;
        } finally {
            keys.remove();
        }
    }

    private void prepare(Trial trial, Setup setup) throws Exception {
        if (trial.kind() == Trial.Kind.PUBLISH) {
            return;
        }
        if (trial.kind() == Trial.Kind.CONSUME) {
            try (PublishContender filler = Contenders.publisher(Contenders.MILLRACE, setup)) {
                filler.publish(0, trial.total());
            }
        }
        for (String stream : setup.streams()) {
            redis.cli("XGROUP", "CREATE", stream, setup.group(), "0", "MKSTREAM");
        }
    }
}
