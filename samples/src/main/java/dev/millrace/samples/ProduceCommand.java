package dev.millrace.samples;

import dev.millrace.publisher.EventPublisher;
import dev.millrace.publisher.EventPublisherBuilder;
import dev.millrace.publisher.HeaderPolicy;
import dev.millrace.publisher.RetentionPolicy;
import dev.millrace.routing.Routing;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code produce}: publishes events, and writes down which ones are surely stored. */
@Command(
        name = "produce",
        description = "Publishes events, and writes down which ones are surely stored. Ctrl-C flushes.",
        footer = EnvironmentDefaults.HELP)
final class ProduceCommand implements Callable<Integer> {

    @Option(names = "--redis", required = true, paramLabel = "URI", description = "The Redis to publish to.")
    private String redis = "";

    @Option(
            names = "--input",
            paramLabel = "FILE|-",
            description =
                    "Events to publish, a line {\"type\":…,\"body\":…} each, with more members of the header if any, as"
                            + " failedEventsTo writes them; - is stdin. Default: generated orders.")
    private @Nullable String input;

    @Option(
            names = "--events",
            paramLabel = "N",
            defaultValue = "10000",
            description = "How many orders' events to generate. Default: ${DEFAULT-VALUE}.")
    private long events;

    @Option(names = "--rate", paramLabel = "N", description = "Events a second at most. Default: as many as go.")
    private @Nullable Integer rate;

    @Option(
            names = "--origin",
            paramLabel = "NAME",
            defaultValue = "shop",
            description = "The service to publish as. Default: ${DEFAULT-VALUE}.")
    private String origin = "";

    @Option(
            names = "--stream",
            paramLabel = "NAME",
            description = "Where to publish. Default: the type's first segment and -events, as in order-events.")
    private @Nullable String stream;

    @Option(names = "--ledger", paramLabel = "FILE", description = "Gets the id of each stored event, a line each.")
    private @Nullable Path ledger;

    @Option(
            names = "--delivery-timeout-millis",
            paramLabel = "N",
            defaultValue = "30000",
            description = "How long to try to deliver an event. Default: ${DEFAULT-VALUE}.")
    private long deliveryTimeoutMillis;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    private boolean finished;

    @Override
    public Integer call() throws InterruptedException {
        BadInputException.unlessAtLeast(1, "--events", events);
        BadInputException.unlessAtLeast(1, "--rate", rate == null ? 1 : rate);
        BadInputException.unlessAtLeast(1, "--delivery-timeout-millis", deliveryTimeoutMillis);
        // Of our own, because its end shows that the last callback has run.
        ExecutorService callbacks = Executors.newSingleThreadExecutor();
        Routing routing = stream == null
                ? Routing.defaults()
                : Routing.builder().route("**").toStream(stream).build();
        try (EventSource source = source();
                Ledger stored = Ledger.open(ledger);
                Outlets publishers = new Outlets(() -> publisher(routing, callbacks))) {
            Production production = new Production(publishers, routing, callbacks, stored);
            produce(production, source);
            return exitCode(production.firstFailure());
        } finally {
            callbacks.shutdown();
        }
    }

    private EventSource source() {
        // Orders of another run would be duplicates to whoever goes by content, so each run has a name of its own.
        String run = UUID.randomUUID().toString().substring(0, 8);
        return input == null ? GeneratedOrders.valid(events, run) : EventLines.open(input);
    }

    private EventPublisherBuilder publisher(Routing routing, ExecutorService callbacks) {
        Duration deliveryTimeout = Duration.ofMillis(deliveryTimeoutMillis);
        return EventPublisher.builder(origin)
                .redis(redis)
                .routing(routing)
                .executor(callbacks)
                .deliveryTimeout(deliveryTimeout)
                // How long the streams keep what is handled is for the services to say that own them.
                .retention(RetentionPolicy.none())
                // The futures tell of failures, and the command says it once, at its end.
                .onFailure(failed -> {})
                // While Redis is away the buffer fills; it empties at the latest when its events have failed.
                .blockFor(deliveryTimeout.plusSeconds(5))
                // What was published before has the key that it was given then, or none.
                .headers(HeaderPolicy.defaults().key(event -> event.header().key()));
    }

    private void produce(Production production, EventSource source) throws InterruptedException {
        // Until all is written down: input that ends and a signal may come at once, and the JVM waits for the hook
        // alone.
        try (OnShutdown interrupt = OnShutdown.run(() -> stop(production))) {
            try {
                production.publish(source, rate);
                production.awaitAnswers();
            } finally {
                finish(production);
            }
        }
    }

    private int exitCode(@Nullable String firstFailure) {
        if (firstFailure == null) {
            return 0;
        }
        if (firstFailure.contains(Production.NO_STREAM)) {
            throw new BadInputException(
                    firstFailure + "; choose another stream with --stream, or delete the key that has its name");
        }
        spec.commandLine().getErr().println("Not all events are published. The first failure: " + firstFailure);
        return 1;
    }

    private void stop(Production production) {
        production.stop();
        finish(production);
    }

    /** Once, by whoever comes first: the command that has come to its end, or the JVM that is told to end. */
    private synchronized void finish(Production production) {
        if (!finished) {
            finished = true;
            PrintWriter out = spec.commandLine().getOut();
            out.println(production.finish());
        }
    }
}
