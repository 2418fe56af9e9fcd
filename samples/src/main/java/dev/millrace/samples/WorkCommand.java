package dev.millrace.samples;

import dev.millrace.consumer.ConsumerServer;
import dev.millrace.consumer.ConsumerServerBuilder;
import dev.millrace.consumer.ConsumerStatus;
import dev.millrace.consumer.RetryAfterException;
import dev.millrace.consumer.RetryPolicy;
import dev.millrace.event.Delivery;
import dev.millrace.event.EventHeader;
import dev.millrace.samples.endpoint.Scrape;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code work}: a worker for events of every type, which writes down what it has handled. */
@Command(
        name = "work",
        description = "Handles events of every type, and writes down which. SIGTERM and Ctrl-C drain.",
        footer = EnvironmentDefaults.HELP)
final class WorkCommand implements Callable<Integer> {

    @Option(names = "--redis", required = true, paramLabel = "URI", description = "The Redis to read from.")
    private String redis = "";

    @Option(names = "--stream", required = true, paramLabel = "NAME", description = "The stream to read.")
    private String stream = "";

    @Option(names = "--group", required = true, paramLabel = "NAME", description = "Workers of one group share events.")
    private String group = "";

    @Option(
            names = "--consumer",
            paramLabel = "NAME",
            description = "This worker's name in the group. Default: a unique one.")
    private @Nullable String consumer;

    @Option(
            names = "--ledger",
            paramLabel = "FILE",
            description = "Gets a line \"id type attempt\" for each event whose handler has run.")
    private @Nullable Path ledger;

    @Option(
            names = "--handler-millis",
            paramLabel = "N",
            defaultValue = "0",
            description = "How long a handler works. Default: ${DEFAULT-VALUE}.")
    private long handlerMillis;

    @Option(
            names = "--fail-every",
            paramLabel = "N",
            defaultValue = "0",
            description = "Each N-th call of the handler fails. Default: ${DEFAULT-VALUE}, none.")
    private long failEvery;

    @Option(
            names = "--concurrency",
            paramLabel = "N",
            defaultValue = "32",
            description = "How many handlers run at once. Default: ${DEFAULT-VALUE}.")
    private int concurrency;

    @Option(
            names = "--claim-idle-millis",
            paramLabel = "N",
            defaultValue = "30000",
            description = "How long a worker must be silent before others take its events over; the same for all of a"
                    + " group. Default: ${DEFAULT-VALUE}.")
    private long claimIdleMillis;

    @Mixin
    private EndpointOptions endpoint = new EndpointOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    private final AtomicReference<@Nullable String> failure = new AtomicReference<>();
    private final AtomicLong calls = new AtomicLong();
    private final CountDownLatch stopped = new CountDownLatch(1);

    @Override
    public Integer call() throws InterruptedException {
        BadInputException.unlessAtLeast(0, "--handler-millis", handlerMillis);
        BadInputException.unlessAtLeast(0, "--fail-every", failEvery);
        BadInputException.unlessAtLeast(1, "--concurrency", concurrency);
        BadInputException.unlessAtLeast(300, "--claim-idle-millis", claimIdleMillis);
        try (Ledger handled = Ledger.open(ledger);
                EndpointOptions door = endpoint;
                ConsumerServer server = server(door.scrape())) {
            server.addHandler("**", byte[].class, (body, header, delivery) -> handle(header, delivery, handled));
            server.start();
            door.open(server, spec.commandLine().getOut());
            try (OnShutdown drain = OnShutdown.run(() -> drain(server))) {
                while (!stopped.await(1, TimeUnit.SECONDS)) {
                    print(server);
                }
            }
        }
        String reason = failure.get();
        if (reason != null) {
            spec.commandLine().getErr().println("Stopped: " + reason);
        }
        return reason == null ? 0 : 1;
    }

    private ConsumerServer server(@Nullable Scrape scrape) {
        ConsumerServerBuilder builder = ConsumerServer.builder().redis(redis).stream(stream)
                .group(group)
                .concurrency(concurrency)
                .maxPending(Math.max(1_000, concurrency))
                .claimIdle(Duration.ofMillis(claimIdleMillis))
                .retry(RetryPolicy.exponential(3, Duration.ofMillis(200)));
        if (scrape != null) {
            builder.meterRegistry(scrape.registry());
        }
        return (consumer == null ? builder : builder.consumer(consumer)).build();
    }

    private void handle(EventHeader header, Delivery delivery, Ledger handled) throws InterruptedException {
        Pause.millis(handlerMillis);
        if (failEvery > 0 && calls.incrementAndGet() % failEvery == 0) {
            throw new IllegalStateException("fails on purpose: --fail-every " + failEvery);
        }
        try {
            handled.add(header.id() + ' ' + header.type() + ' ' + delivery.attempt());
        } catch (UncheckedIOException e) {
            // A full disk, say: better to stop than to give every event up.
            String reason = String.valueOf(e.getMessage());
            if (failure.compareAndSet(null, reason)) {
                stopped.countDown();
            }
            throw new RetryAfterException(Duration.ofHours(1), reason);
        }
    }

    private void drain(ConsumerServer server) {
        server.close();
        print(server);
        stopped.countDown();
    }

    private void print(ConsumerServer server) {
        ConsumerStatus status = server.status();
        spec.commandLine()
                .getOut()
                .println(String.format(
                        Locale.ROOT,
                        "%s: handled %,d, failed attempts %,d, retried %,d, duplicates %,d, dead-lettered %,d,"
                                + " taken over %,d; in hand %,d",
                        status.state(),
                        status.totals().handled(),
                        status.totals().failedAttempts(),
                        status.totals().retried(),
                        status.totals().duplicates(),
                        status.totals().deadLettered(),
                        status.totals().reclaimed(),
                        status.load().inFlight()));
    }
}
