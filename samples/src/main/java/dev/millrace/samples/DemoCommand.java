package dev.millrace.samples;

import dev.millrace.publisher.BufferFullException;
import dev.millrace.testkit.RedisServer;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code demo}: publishes events, handles them, and accounts for each. */
@Command(
        name = "demo",
        description = "Publishes events, handles them, and accounts for each.",
        footer = EnvironmentDefaults.HELP)
final class DemoCommand implements Callable<Integer> {

    @Option(
            names = "--input",
            paramLabel = "FILE.ndjson",
            description = "Events to publish, a line {\"type\":…,\"body\":…} each. Default: generated orders.")
    private @Nullable String input;

    @Option(
            names = "--events",
            paramLabel = "N",
            defaultValue = "10000",
            description = "How many orders' events to generate. Default: ${DEFAULT-VALUE}.")
    private long events;

    @Option(names = "--redis", paramLabel = "URI", description = "The Redis to use. Default: one of its own.")
    private @Nullable String redis;

    @Option(names = "--json", description = "Prints the figures as a JSON object, too, as the last line.")
    private boolean json;

    @Mixin
    private EndpointOptions endpoint = new EndpointOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        BadInputException.unlessAtLeast(1, "--events", events);
        long total = input == null ? events : count(input);
        if (redis != null) {
            return run(redis, total);
        }
        try (RedisServer own = RedisServer.embedded()) {
            err().println("Redis: " + own.describe());
            return run(own.uri(), total);
        }
    }

    private int run(String uri, long total) throws InterruptedException {
        Progress progress = new Progress(err(), total);
        try (EndpointOptions door = endpoint;
                EventSource source = input == null ? GeneratedOrders.troubled(events) : EventLines.open(input)) {
            Demo demo = new Demo(uri, source, progress, door, err());
            if (redis == null) {
                return account(demo);
            }
            try (OnShutdown cleanUp = OnShutdown.run(demo::removeKeys)) {
                return account(demo);
            } finally {
                demo.removeKeys();
            }
        }
    }

    private int account(Demo demo) throws InterruptedException {
        try {
            return show(demo.run(), demo);
        } catch (BufferFullException e) {
            err().println("not reconciled: Redis takes no more events: " + e.getMessage());
            return 1;
        }
    }

    private int show(DemoReport report, Demo demo) {
        PrintWriter out = spec.commandLine().getOut();
        report.print(out);
        out.println(report.reconciled() ? "reconciled" : "not reconciled: " + demo.problems());
        if (json) {
            out.println(report.json());
        }
        return report.reconciled() ? 0 : 1;
    }

    /** Reads the whole file once, so that a broken line is told before anything is published. */
    private static long count(String file) {
        if (isPipe(Path.of(file))) {
            throw new BadInputException(file + ": is read twice, so it must be a file that stays; correct --input");
        }
        long count = 0;
        try (EventSource source = EventLines.open(file)) {
            while (source.next() != null) {
                count++;
            }
        }
        return count;
    }

    private static boolean isPipe(Path file) {
        return Files.exists(file) && !Files.isRegularFile(file) && !Files.isDirectory(file);
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }
}
