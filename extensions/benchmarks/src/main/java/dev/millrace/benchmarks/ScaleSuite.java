package dev.millrace.benchmarks;

import dev.millrace.benchmarks.Trial.Kind;
import dev.millrace.benchmarks.contenders.Contenders;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What throughput grows with: streams, handlers at once, payload; a result's contender is the size. */
final class ScaleSuite {

    /** Makes a trial as all suites do. */
    interface Maker {
        Trial trial(Kind kind, String workload, String contender, String who, Map<String, String> options);
    }

    /** Bytes of an entry besides its body, and of a usual one with it, about. */
    private static final double AROUND_BODY = 320;

    private static final double USUAL = 460;

    /** Events for each handler that waits a millisecond: about two seconds of work. */
    private static final long FOR_EACH_HANDLER = 2_000;

    private final Maker maker;
    private final List<Trial> trials = new ArrayList<>();

    ScaleSuite(Maker maker) {
        this.maker = maker;
    }

    List<Trial> trials() {
        for (int streams : new int[] {1, 4, 16}) {
            trials.add(trial(Kind.PUBLISH, "streams", "publish", streams));
            trials.add(trial(Kind.CONSUME, "streams", "consume", streams));
        }
        for (int handlers : new int[] {1, 4, 16, 64, 256}) {
            trials.add(trial(Kind.CONSUME, "concurrency", "consume", handlers));
            trials.add(waiting(handlers));
        }
        for (int bytes : new int[] {100, 1_000, 10_000, 100_000}) {
            // As many bytes in Redis at every size.
            double share = Math.min(1, USUAL / (bytes + AROUND_BODY));
            trials.add(trial(Kind.PUBLISH, "payload", "publish", bytes).scaled(share));
            trials.add(trial(Kind.CONSUME, "payload", "consume", bytes).scaled(share));
        }
        return trials;
    }

    /** Handlers that do nothing need no others beside them; these wait, as for a database. */
    private Trial waiting(int handlers) {
        Map<String, String> options = Map.of("concurrency", String.valueOf(handlers), "pause", "1");
        Trial trial = trial(Kind.CONSUME, "concurrency", "consume, 1 ms each", handlers, options);
        return trial.scaled(Math.min(1, (double) FOR_EACH_HANDLER * handlers / trial.events()));
    }

    private Trial trial(Kind kind, String what, String doing, int size) {
        return trial(kind, what, doing, size, Map.of(what, String.valueOf(size)));
    }

    private Trial trial(Kind kind, String what, String doing, int size, Map<String, String> options) {
        String workload = "scale, " + what + ", " + doing;
        return maker.trial(kind, workload, String.valueOf(size), Contenders.MILLRACE, options);
    }
}
