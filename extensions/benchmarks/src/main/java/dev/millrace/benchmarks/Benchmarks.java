package dev.millrace.benchmarks;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The harness' one program: {@code run}, {@code report}, {@code compare} and {@code jmh}. */
@Command(
        name = "millrace-benchmarks",
        description = "Millrace and its peers, measured side by side.",
        subcommands = {
            RunCommand.class,
            ReportCommand.class,
            CompareCommand.class,
            JmhCommand.class,
            Benchmarks.TrialsCommand.class
        },
        synopsisSubcommandLabel = "(run | report | compare | jmh)")
public final class Benchmarks {

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Shows this help.")
    @SuppressWarnings("UnusedVariable") // picocli acts on it
    private boolean help;

    private Benchmarks() {}

    /** Runs the command that the arguments name, and ends the JVM with its exit code. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Benchmarks()).setExecutionExceptionHandler((failure, command, parsed) -> {
            if (failure instanceof TrialFailedException || failure instanceof IllegalArgumentException) {
                command.getErr().println("millrace-benchmarks: " + failure.getMessage());
                return 1;
            }
            throw failure;
        });
    }

    /** What {@code run} starts in each child. */
    @Command(name = "trials", hidden = true, description = "The trials it reads, for the child JVMs of run.")
    static final class TrialsCommand implements Callable<Integer> {

        @Override
        public Integer call() throws Exception {
            ChildJvm.obey();
            return 0;
        }
    }
}
