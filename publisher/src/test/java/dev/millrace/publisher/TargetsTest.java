package dev.millrace.publisher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.event.Classification;
import dev.millrace.event.EventHeader;
import dev.millrace.event.internal.EnvelopeCodec;
import dev.millrace.redis.internal.AppendResult;
import dev.millrace.redis.internal.StreamAppend;
import dev.millrace.routing.InMemoryEvents;
import dev.millrace.routing.Priority;
import dev.millrace.routing.Route;
import dev.millrace.routing.Routing;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Targets besides Redis, and which lane is served first. */
@Timeout(30)
class TargetsTest {

    @Test
    void events_for_memory_need_no_redis_and_arrive_as_a_consumer_would_get_them() {
        InMemoryEvents memory = InMemoryEvents.create();
        InMemoryEvents others = InMemoryEvents.create();
        Routing routing = Routing.builder()
                .route("order.*")
                .toMemory(memory)
                .route("**")
                .toMemory(others)
                .build();
        try (EventPublisher publisher = EventPublisher.builder("billing")
                .routing(routing)
                .wireForm(WireForm.split().gzip().compressFrom(0))
                .build()) {
            PublishReceipt receipt = publisher
                    .publish("order.paid", Map.of("text", "x".repeat(500)))
                    .join();
            publisher.publish("user.created", 1).join();
            assertThat(receipt.stream()).isEqualTo("memory");
            assertThat(receipt.entryId()).isEqualTo("1-0");
        }
        assertThat(memory.bodies("order.paid", Map.class)).containsExactly(Map.of("text", "x".repeat(500)));
        assertThat(memory.events()).extracting(event -> event.header().origin()).containsExactly("billing");
        assertThat(others.size()).isEqualTo(1);
    }

    @Test
    void the_console_shows_bodies_in_lines_but_not_those_that_are_classified() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Target console = new ConsoleTarget(new PrintStream(out, true, StandardCharsets.UTF_8));

        List<AppendResult> results = console.send(
                        List.of(event(header -> {}), event(header -> header.classification(Classification.RESTRICTED))),
                        Duration.ofSeconds(1))
                .join();

        assertThat(results).extracting(AppendResult::entryId).containsExactly("1-0", "2-0");
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualToNormalizingNewlines("""
                        2026-11-21T08:15:30Z order.paid from billing, id e-1
                          {
                            "id": "o,{17}",
                            "lines": [
                              1,
                              {}
                            ],
                            "text": "a\\"b"
                          }
                        2026-11-21T08:15:30Z order.paid from billing, id e-1
                          (RESTRICTED: not shown)
                        """);
    }

    private static PendingEvent event(Consumer<EventHeader.Builder> members) {
        EventHeader.Builder header = EventHeader.builder("order.paid")
                .id("e-1")
                .origin("billing")
                .timestamp(Instant.parse("2026-11-21T08:15:30Z"));
        members.accept(header);
        byte[] body = "{\"id\":\"o,{17}\",\"lines\":[1,{}],\"text\":\"a\\\"b\"}".getBytes(StandardCharsets.UTF_8);
        StreamAppend append = new StreamAppend("console", EnvelopeCodec.encode(header.build(), body, ""));
        Lane lane = targets().of(routeTo("s", Priority.NORMAL), "a.b");
        return new PendingEvent("e-1", "order.paid", append, lane);
    }

    private static Targets targets() {
        Lanes streams = new Lanes(new AutoTarget(), BatchLimits.defaults(), BatchGrouping.byStream());
        return new Targets(streams, BatchLimits.defaults(), StreamKeeper.NONE);
    }

    private static Route routeTo(String stream, Priority priority) {
        return Routing.builder()
                .route("**")
                .priority(priority)
                .toStream(stream)
                .build()
                .resolve(EventHeader.builder("a.b").build());
    }

    @Test
    void a_stream_has_the_highest_priority_of_the_routes_that_lead_to_it() {
        Targets targets = targets();
        Lane lane = targets.of(routeTo("s", Priority.LOW), "a.b");
        assertThat(lane.priority()).isEqualTo(Priority.LOW);
        assertThat(targets.of(routeTo("s", Priority.HIGH), "a.b")).isSameAs(lane);
        assertThat(targets.of(routeTo("s", Priority.NORMAL), "a.b").priority()).isEqualTo(Priority.HIGH);
    }

    @Test
    void due_batches_of_higher_priority_leave_first() {
        LoopHarness loop = new LoopHarness(new BatchLimits(10, 1 << 20, Duration.ofMillis(5), 2));
        loop.sendTo("low", "l");
        loop.sendTo("normal", "n");
        loop.sendTo("high", "h");
        loop.lanes.of("normal", "order.paid").raise(Priority.NORMAL);
        loop.lanes.of("high", "order.paid").raise(Priority.HIGH);
        loop.turn();
        assertThat(loop.sent()).containsExactly(List.of("h"), List.of("n"));
        loop.target.store(loop.next());
        loop.turn();
        assertThat(loop.sent()).containsExactly(List.of("n"), List.of("l"));
    }
}
