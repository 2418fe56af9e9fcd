package dev.millrace.samples;

import dev.millrace.consumer.Replay;
import dev.millrace.consumer.ReplayReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code replay}: has events of a stream handled once more. */
@Command(
        name = "replay",
        description = "Has events of a stream handled once more; without a target it only counts them.",
        footer = EnvironmentDefaults.HELP)
final class ReplayCommand implements Callable<Integer> {

    /** Where they go. */
    static final class Target {

        @Option(names = "--into-stream", paramLabel = "NAME", description = "Appends them to another stream.")
        private @Nullable String stream;

        @Option(names = "--into-group", paramLabel = "NAME", description = "Has one group handle them again.")
        private @Nullable String group;

        @Option(
                names = "--into-new-group",
                paramLabel = "NAME",
                description = "Creates a group that begins where the range does.")
        private @Nullable String newGroup;
    }

    /** There from the beginning, for picocli gives no defaults to a group that no argument has called for. */
    @ArgGroup
    private Target target = new Target();

    @Option(names = "--redis", required = true, paramLabel = "URI", description = "The Redis to read from.")
    private String redis = "";

    @Option(names = "--stream", required = true, paramLabel = "NAME", description = "The stream to read.")
    private String stream = "";

    @Option(names = "--from", paramLabel = "ID|INSTANT", description = "From this on. Default: the oldest.")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "ID|INSTANT", description = "To this. Default: the newest.")
    private @Nullable String to;

    @Option(names = "--entry", paramLabel = "ID", description = "This entry; may be repeated.")
    private List<String> entries = new ArrayList<>();

    @Option(names = "--event", paramLabel = "ID", description = "The event with this id; may be repeated.")
    private List<String> events = new ArrayList<>();

    @Option(names = "--type", paramLabel = "PATTERN", description = "These types, as in order.**; may be repeated.")
    private List<String> types = new ArrayList<>();

    @Option(names = "--per-second", paramLabel = "N", description = "At most this many a second. Default: any number.")
    private @Nullable Double perSecond;

    @Option(
            names = "--idempotency",
            defaultValue = "OWN",
            description = "Among which events one is a duplicate: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private Replay.Idempotency idempotency = Replay.Idempotency.OWN;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        long targets = Stream.of(target.stream, target.group, target.newGroup)
                .filter(Objects::nonNull)
                .count();
        if (targets > 1) {
            throw new BadInputException("--into-stream " + target.stream + ", --into-group " + target.group
                    + ", --into-new-group " + target.newGroup + ": give one of them");
        }
        Replay replay = chosen();
        if (target.stream != null) {
            print("replayed ", replay.intoStream(target.stream));
        } else if (target.group != null) {
            print("replayed ", replay.intoGroup(target.group));
        } else if (target.newGroup != null) {
            replay.intoNewGroup(target.newGroup);
            spec.commandLine().getOut().println("created group " + target.newGroup);
        } else {
            print("would replay ", replay.count());
        }
        return 0;
    }

    private Replay chosen() {
        Replay replay = Replay.of(redis, stream).idempotency(idempotency);
        if (from != null) {
            replay = from.indexOf('T') < 0 ? replay.from(from) : replay.from(Instants.parse("--from", from));
        }
        if (to != null) {
            replay = to.indexOf('T') < 0 ? replay.to(to) : replay.to(Instants.parse("--to", to));
        }
        replay.entries(entries.toArray(String[]::new))
                .events(events.toArray(String[]::new))
                .types(types.toArray(String[]::new));
        return perSecond == null ? replay : replay.perSecond(perSecond);
    }

    private void print(String verb, ReplayReport report) {
        var out = spec.commandLine().getOut();
        out.println(verb + report.replayed() + ", copies " + report.copies() + ", unreadable " + report.unreadable()
                + ", missing " + report.missing() + "; last " + report.last());
        report.byType().forEach((type, count) -> out.println("type " + type + ' ' + count));
    }
}
