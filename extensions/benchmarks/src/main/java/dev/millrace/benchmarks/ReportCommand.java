package dev.millrace.benchmarks;

import dev.millrace.benchmarks.report.Page;
import dev.millrace.benchmarks.report.Run;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code report}: makes the page of a run's results. */
@Command(name = "report", description = "Makes the page and its pictures from the results of a run.")
final class ReportCommand implements Callable<Integer> {

    @Option(names = "--json", required = true, paramLabel = "FILE", description = "What run --json has written.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path json;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "docs/benchmarks",
            description = "Where the page goes. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path out;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        Path page = new Page(Run.read(json)).write(out);
        spec.commandLine().getOut().println(page);
        return 0;
    }
}
