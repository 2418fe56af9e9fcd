package dev.millrace.samples;

import dev.millrace.consumer.DeadLetters;
import dev.millrace.consumer.Redrive;
import dev.millrace.consumer.RedriveReport;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dead-letters redrive}: sends dead letters back to their groups. */
@Command(
        name = "redrive",
        description = "Sends them back to the group for which they failed, oldest first. Exit code 1: it stopped.",
        footer = EnvironmentDefaults.HELP)
final class RedriveCommand implements Callable<Integer> {

    @Mixin
    private final LetterOptions options = new LetterOptions();

    @Parameters(arity = "0..1", paramLabel = "ID", description = "One, by its id. Default: all that the flags name.")
    private @Nullable String id;

    @Option(names = "--all", description = "All of them, if nothing else says which.")
    private boolean all;

    @Option(names = "--most", paramLabel = "N", description = "At most this many. Default: any number.")
    private @Nullable Long most;

    @Option(names = "--per-second", paramLabel = "N", description = "At most this many a second. Default: any number.")
    private @Nullable Double perSecond;

    @Option(
            names = "--stop-after-failure",
            paramLabel = "SECONDS",
            description = "Follows each to its end, for this long at most, and stops at the first that fails again.")
    private @Nullable Long patience;

    @Option(names = "--dry-run", description = "Counts what would go, and writes nothing.")
    private boolean dryRun;

    @Option(
            names = "--force",
            description = "Also what came back three times, cannot be read, or is for a group that does not exist.")
    private boolean force;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        if (id == null && options.meansAll() && most == null && !all) {
            throw new BadInputException("redrive: all dead letters would go; say which, or --all");
        }
        try (DeadLetters letters = options.open()) {
            RedriveReport report = id == null ? letters.redrive(plan()) : letters.redrive(id, plan());
            String stopped = report.stoppedAt() == null ? "" : " at " + report.stoppedAt();
            spec.commandLine()
                    .getOut()
                    .println((dryRun ? "would redrive " : "redriven ") + report.redriven() + ", refused "
                            + report.refused() + ", repeats " + report.repeats() + ", gone " + report.gone() + "; "
                            + report.end() + stopped);
            return stopped.isEmpty() ? 0 : 1;
        }
    }

    private Redrive plan() {
        Redrive plan = Redrive.of(options.filter());
        plan = most == null ? plan : plan.most(most);
        plan = perSecond == null ? plan : plan.perSecond(perSecond);
        plan = patience == null ? plan : plan.stopAtFirstFailure(Duration.ofSeconds(patience));
        plan = force ? plan.force() : plan;
        return dryRun ? plan.dryRun() : plan;
    }
}
