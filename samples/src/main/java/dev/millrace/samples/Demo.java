package dev.millrace.samples;

import dev.millrace.consumer.ConsumerServer;
import dev.millrace.consumer.ConsumerServerBuilder;
import dev.millrace.consumer.ConsumerStatus;
import dev.millrace.consumer.IdempotencyPolicy;
import dev.millrace.consumer.RetryPolicy;
import dev.millrace.event.BodyCodecException;
import dev.millrace.event.Event;
import dev.millrace.publisher.EventPublisher;
import dev.millrace.publisher.EventPublisherBuilder;
import dev.millrace.publisher.PublishException;
import dev.millrace.routing.Routing;
import dev.millrace.samples.Tally.Counts;
import dev.millrace.samples.endpoint.Scrape;
import dev.millrace.testkit.RedisServer;
import dev.millrace.validation.EventValidationException;
import dev.millrace.validation.EventValidator;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** One run of the demo: a publisher, a consumer server, and what became of each event. For one thread. */
final class Demo {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final String redis;
    private final EventSource events;
    private final Progress progress;
    private final EndpointOptions endpoint;
    private final PrintWriter err;
    private final String stream = "millrace-demo-" + UUID.randomUUID();
    private final Tally tally = new Tally();
    private final List<String> problems = new ArrayList<>();
    private volatile boolean begun;

    Demo(String redis, EventSource events, Progress progress, EndpointOptions endpoint, PrintWriter err) {
        this.endpoint = endpoint;
        this.err = err;
        this.redis = redis;
        this.events = events;
        this.progress = progress;
    }

    DemoReport run() throws InterruptedException {
        try (EventPublisher publisher = publisher();
                ConsumerServer server = server()) {
            server.start();
            begun = true;
            endpoint.open(server, err);
            long startedAt = System.nanoTime();
            for (Event event = events.next(); event != null; event = events.next()) {
                publish(publisher, event);
                progress.show(() -> settled(server.status()));
            }
            awaitSettled(server);
            long nanos = System.nanoTime() - startedAt;
            progress.end(settled(server.status()));
            return report(server, nanos);
        }
    }

    /** Removes what the run has left in Redis: its stream, and the keys that belong to it, which begin with {stream}. */
    void removeKeys() {
        if (!begun) {
            return; // nothing was written, and perhaps what answers is no Redis
        }
        try (RedisServer server = RedisServer.at(redis)) {
            server.cli("UNLINK", stream);
            String cursor = "0";
            do {
                List<String> found = server.cli("SCAN", cursor, "MATCH", "{" + stream + "}:*", "COUNT", "10000")
                        .lines()
                        .toList();
                cursor = found.get(0);
                found.stream().skip(1).forEach(key -> server.cli("UNLINK", key));
            } while (!cursor.equals("0"));
        } catch (RuntimeException e) {
            // A cluster, or one that does not let us: what is left is small, and all but the streams expires.
        }
    }

    /** Why the run is not reconciled; empty if it is. */
    String problems() {
        return String.join("; ", problems);
    }

    private EventPublisher publisher() {
        EventPublisherBuilder builder = EventPublisher.builder("demo")
                .redis(redis)
                .routing(Routing.builder().route("**").toStream(stream).build())
                .validator(EventValidator.beans())
                .onFailure(failed -> {}); // the tally learns of it
        Scrape scrape = endpoint.scrape();
        return (scrape == null ? builder : builder.meterRegistry(scrape.registry())).build();
    }

    private ConsumerServer server() {
        ConsumerServerBuilder builder = ConsumerServer.builder().redis(redis).stream(stream)
                .group("demo")
                .retry(RetryPolicy.exponential(3, Duration.ofMillis(20)))
                .idempotency(IdempotencyPolicy.byHash().window(Duration.ofHours(1)));
        Scrape scrape = endpoint.scrape();
        ConsumerServer server = (scrape == null ? builder : builder.meterRegistry(scrape.registry())).build();
        if (events instanceof EventLines) {
            server.addHandler("**", byte[].class, (body, header) -> tally.handled(header, body));
        } else {
            OrderHandlers.addTo(server, tally);
        }
        return server;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the tally learns of it
    private void publish(EventPublisher publisher, Event event) {
        tally.begin(event);
        try {
            publisher.publish(event).whenComplete((receipt, failure) -> tally.completed(event, failure));
        } catch (EventValidationException | PublishException e) {
            // Invalid, or too large: told at once, and never in the stream.
            tally.refused(event);
        } catch (BodyCodecException e) {
            throw new BadInputException(events.position() + ": " + e.getMessage());
        }
    }

    /** Waits until each published event has come to its end, or nothing has moved for a while. */
    private void awaitSettled(ConsumerServer server) throws InterruptedException {
        long settled = 0;
        long movedAt = System.nanoTime();
        while (true) {
            Counts counts = tally.counts();
            long now = settled(server.status());
            if (counts.open() == 0 && now >= counts.published() && server.pending() == 0) {
                return;
            }
            if (now > settled) {
                settled = now;
                movedAt = System.nanoTime();
            } else if (System.nanoTime() - movedAt > PATIENCE.toNanos()) {
                problems.add("nothing has moved for " + PATIENCE.toSeconds() + " s");
                return;
            }
            progress.show(() -> now);
            Pause.millis(10);
        }
    }

    private static long settled(ConsumerStatus status) {
        return status.totals().handled()
                + status.totals().duplicates()
                + status.totals().deadLettered();
    }

    private DemoReport report(ConsumerServer server, long nanos) {
        ConsumerStatus status = server.status();
        Counts counts = tally.counts();
        long pending = server.pending();
        compare("published", counts.published(), "handled + duplicates + dead-lettered", settled(status));
        compare("pending", pending, "what may be", 0);
        compare("duplicates", status.totals().duplicates(), "repeated contents", counts.repeats());
        compare("handled", status.totals().handled(), "seen by the handlers once and unaltered", counts.handled());
        compare("seen by the handlers again, or altered", counts.wrong(), "what may be", 0);
        if (counts.failed() > 0) {
            problems.add(counts.failed() + " could not be published, the first: " + tally.firstFailure());
        }
        return new DemoReport(
                counts.published(),
                counts.refused(),
                status.totals().handled(),
                status.totals().duplicates(),
                status.totals().retried(),
                status.totals().deadLettered(),
                pending,
                Math.round(settled(status) * 1e9 / nanos),
                tally.latencyMillis(0.50),
                tally.latencyMillis(0.99),
                problems.isEmpty());
    }

    private void compare(String what, long actual, String expectation, long expected) {
        if (actual != expected) {
            problems.add(what + " " + actual + ", but " + expectation + " " + expected);
        }
    }
}
