package dev.millrace.samples;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The samples' one program: {@code demo}, {@code produce}, {@code work}, {@code dead-letters} and {@code replay}. */
@Command(
        name = "millrace",
        description = "Events on Redis Streams, published and handled.",
        subcommands = {
            DemoCommand.class,
            ProduceCommand.class,
            WorkCommand.class,
            DeadLettersCommand.class,
            ReplayCommand.class
        },
        synopsisSubcommandLabel = "(demo | produce | work | dead-letters | replay)",
        footer = EnvironmentDefaults.HELP)
public final class Samples {

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Shows this help.")
    @SuppressWarnings("UnusedVariable") // picocli acts on it
    private boolean help;

    private Samples() {}

    /** Runs the command that the arguments name, and ends the JVM with its exit code. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        OneLineErrors errors = new OneLineErrors();
        return new CommandLine(new Samples())
                .setDefaultValueProvider(new EnvironmentDefaults(System.getenv()))
                .setParameterExceptionHandler(errors)
                .setExecutionExceptionHandler(errors);
    }
}
