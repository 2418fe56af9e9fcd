package dev.millrace.benchmarks.contenders;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** {@code redis-benchmark -P 64 -c 8}, Redis' own load generator: what a client in C makes of prebuilt values. */
final class RedisBenchmark implements PublishContender {

    /** Orders it sends at once; it only ever sends whole pipelines, whichever of its connections has the turn. */
    static final int PIPELINE = 64;

    private final Setup setup;

    RedisBenchmark(Setup setup) {
        this.setup = setup;
    }

    /** Where it is on the PATH. */
    static Optional<Path> program() {
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.of(path.split(File.pathSeparator))
                .map(directory -> Path.of(directory, "redis-benchmark"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    @Override
    public void publish(long first, long count) throws IOException, InterruptedException {
        URI uri = URI.create(setup.uri());
        byte[] envelope = new SplicedEnvelope(Setup.TYPE, Setup.ORIGIN).write(Order.of(first));
        List<String> command = List.of(
                program().orElseThrow().toString(),
                "-h",
                uri.getHost(),
                "-p",
                String.valueOf(uri.getPort()),
                "-P",
                String.valueOf(PIPELINE),
                "-c",
                "8",
                "-q",
                "-n",
                String.valueOf(count),
                "XADD",
                setup.stream(),
                "*",
                Setup.FIELD,
                new String(envelope, StandardCharsets.UTF_8));
        Process process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        if (process.waitFor() != 0) {
            throw new IllegalStateException("redis-benchmark ended with " + process.exitValue());
        }
    }

    @Override
    public void close() {
        // Its process has ended.
    }
}
