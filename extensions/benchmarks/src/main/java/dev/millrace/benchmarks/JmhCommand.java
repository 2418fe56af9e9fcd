package dev.millrace.benchmarks;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code jmh}: measures the steps inside. */
@Command(name = "jmh", description = "Measures the steps inside an event's way, by JMH, with allocation.")
final class JmhCommand implements Callable<Integer> {

    @Parameters(
            arity = "0..*",
            paramLabel = "ARGUMENT",
            description = "JMH's own, after --: '-- -h' shows them. Default: all steps, with allocation.")
    private List<String> arguments = List.of();

    @Override
    public Integer call() throws Exception {
        List<String> all = arguments.isEmpty() ? List.of("-prof", "gc") : arguments;
        org.openjdk.jmh.Main.main(all.toArray(String[]::new));
        return 0;
    }
}
