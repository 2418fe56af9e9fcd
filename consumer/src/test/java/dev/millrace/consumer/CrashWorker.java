package dev.millrace.consumer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A worker in a process of its own, to be killed or stopped: {@code uri stream concurrency ledger}. It writes {@code begin id}
 * and {@code end id} around each handling; bodies say how long that takes, and whether it ends the process.
 */
final class CrashWorker {

    private CrashWorker() {}

    public static void main(String[] args) {
        Path ledger = Path.of(args[3]);
        ConsumerServer.builder().redis(args[0]).stream(args[1])
                .group(TestStream.GROUP)
                .concurrency(Integer.parseInt(args[2]))
                .claimIdle(Duration.ofMillis(900))
                .readBlock(Duration.ofMillis(100))
                .maxDeliveries(2)
                .closeOnShutdown(Duration.ofSeconds(10))
                .build()
                .addHandler("**", Map.class, (body, header) -> handle(ledger, body))
                .start();
    }

    private static void handle(Path ledger, Map<?, ?> body) throws Exception {
        String id = String.valueOf(body.get("id"));
        write(ledger, "begin " + id);
        if (body.containsKey("poison")) {
            Runtime.getRuntime().halt(7);
        }
        boolean ended = new CountDownLatch(1).await(((Number) body.get("millis")).longValue(), TimeUnit.MILLISECONDS);
        write(ledger, (ended ? "odd " : "end ") + id);
    }

    private static synchronized void write(Path ledger, String line) throws Exception {
        Files.write(ledger, (line + "\n").getBytes(UTF_8), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** Starts it; its log goes where this JVM's goes. */
    static Process start(String uri, String stream, int concurrency, Path ledger) throws Exception {
        return new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CrashWorker.class.getName(),
                        uri,
                        stream,
                        Integer.toString(concurrency),
                        ledger.toString())
                .redirectErrorStream(true)
                .redirectOutput(ledger.resolveSibling("worker.log").toFile())
                .start();
    }
}
