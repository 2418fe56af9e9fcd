package dev.millrace.benchmarks;

import dev.millrace.benchmarks.contenders.ConsumeContender;
import dev.millrace.benchmarks.contenders.Contenders;
import dev.millrace.benchmarks.contenders.PublishContender;
import dev.millrace.benchmarks.contenders.Setup;
import dev.millrace.benchmarks.contenders.Tally;
import dev.millrace.benchmarks.report.Figure;
import dev.millrace.testkit.RedisServer;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Runs a trial in this JVM: warm-up, timed section, and what it used. */
final class TrialInJvm {

    /** So many calls make up the warm-up of a publisher. */
    private static final int WARM_UP_CALLS = 20;

    private final Trial trial;
    private final Setup setup;
    private final RedisServer redis;

    TrialInJvm(Trial trial, String uri, String key) {
        this.trial = trial;
        this.setup = new Setup(uri, key, trial.options());
        this.redis = RedisServer.at(uri);
    }

    Map<Figure, Double> run() throws Exception {
        Map<Figure, Double> figures = switch (trial.kind()) {
            case PUBLISH -> publish();
            case CONSUME -> consume();
            case LATENCY -> new LatencyTrial(trial, setup, redis).run();
        };
        // The peak would be that of whichever slice had the most, or not that of the process that works.
        if (!trial.sliced() && !Contenders.REDIS_BENCHMARK.equals(trial.who())) {
            PeakMemory.addTo(figures);
        }
        return figures;
    }

    private Map<Figure, Double> publish() throws Exception {
        try (PublishContender contender = Contenders.publisher(trial.who(), setup)) {
            warmUp(contender);
            Snapshot before = Snapshot.begin(redis);
            contender.publish(trial.warmUp(), trial.events());
            Map<Figure, Double> figures = before.until(Snapshot.end(redis), trial.events());
            if (Contenders.REDIS_BENCHMARK.equals(trial.who())) {
                figures.remove(Figure.CLIENT_CPU); // another process does the work
                figures.remove(Figure.ALLOCATED);
            }
            return figures;
        }
    }

    /**
     * In several calls: a loop that is compiled while it runs is thrown away as soon as it ends for the first time, and what the
     * compiler had put into it, the whole way of an event, would be compiled anew in the timed section.
     */
    private void warmUp(PublishContender contender) throws Exception {
        long pipelines = trial.warmUp() / WARM_UP_CALLS / Contenders.REDIS_BENCHMARK_PIPELINE
                + 1; // whole ones, as it needs them
        long each = pipelines * Contenders.REDIS_BENCHMARK_PIPELINE;
        for (long first = 0; first < trial.warmUp(); first += each) {
            contender.publish(first, Math.min(each, trial.warmUp() - first));
        }
    }

    /** The timed section ends with the last ack; with a backlog, when the orders before that are handled. */
    private Map<Figure, Double> consume() throws Exception {
        AtomicReference<@Nullable Snapshot> begun = new AtomicReference<>();
        AtomicReference<@Nullable Snapshot> ended = new AtomicReference<>();
        Tally tally = new Tally(
                trial.warmUp(),
                trial.warmUp() + trial.events(),
                trial.total(),
                () -> begun.set(Snapshot.begin(redis)),
                () -> ended.set(trial.backlog() > 0 ? Snapshot.end(redis) : null));
        try (ConsumeContender contender = Contenders.consumer(trial.who(), setup)) {
            contender.consume(tally);
            Snapshot early = ended.get();
            Snapshot after = early == null ? Snapshot.end(redis) : early;
            tally.requireAll();
            Snapshot before = begun.get();
            if (before == null) {
                throw new IllegalStateException("the warm-up of " + trial.name() + " never ended");
            }
            return before.until(after, trial.events());
        }
    }
}
