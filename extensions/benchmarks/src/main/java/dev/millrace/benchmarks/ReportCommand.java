package dev.millrace.benchmarks;

import dev.millrace.benchmarks.report.Notes;
import dev.millrace.benchmarks.report.Page;
import dev.millrace.benchmarks.report.Run;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code report}: makes the page of a run's results. */
@Command(name = "report", description = "Makes the page and its pictures from the results of a run.")
final class ReportCommand implements Callable<Integer> {

    @Option(
            names = "--json",
            required = true,
            split = ",",
            paramLabel = "FILE",
            description = "What run --json has written; several are parts of one run on one machine.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private List<Path> json;

    @Option(
            names = "--with",
            split = ",",
            paramLabel = "FILE",
            description = "A second run, whose ratios stand beside the first one's. Default: none.")
    private @Nullable List<Path> again;

    @Option(
            names = "--notes",
            paramLabel = "FILE",
            description = "Why goals are missed: below each heading '## <goal as the table words it>'. Default: none.")
    private @Nullable Path notes;

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
        Page page = new Page(
                Run.read(json),
                again == null ? null : Run.read(again),
                notes == null ? Notes.none() : Notes.read(notes));
        page.unexplained()
                .forEach(goal -> spec.commandLine()
                        .getErr()
                        .println("millrace-benchmarks: no note says why this goal is missed: " + goal));
        spec.commandLine().getOut().println(page.write(out));
        return 0;
    }
}
