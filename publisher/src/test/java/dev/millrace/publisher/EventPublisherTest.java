package dev.millrace.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.millrace.event.DeliveryContext;
import dev.millrace.event.Event;
import dev.millrace.event.EventHeader;
import dev.millrace.event.InvalidEventException;
import dev.millrace.validation.EventValidationException;
import dev.millrace.validation.Violation;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class EventPublisherTest {

    private static final Map<String, Object> BODY = Map.of("n", 1);

    private final AutoTarget target = new AutoTarget();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final EventPublisherBuilder builder =
            EventPublisher.builder("billing").meterRegistry(registry).closeTimeout(Duration.ofMillis(200));
    private final List<EventPublisher> started = new ArrayList<>();

    @AfterEach
    void close_what_was_started() {
        target.open();
        started.forEach(EventPublisher::close);
    }

    private EventPublisher start() {
        EventPublisher publisher = builder.start(builder.settings(), target, target::close);
        started.add(publisher);
        return publisher;
    }

    @Test
    void inside_a_handler_an_event_inherits_correlation_and_names_its_cause() {
        EventPublisher publisher = start();
        EventHeader handled = EventHeader.builder("order.paid")
                .id("handled")
                .correlationId("flow")
                .build();
        try (DeliveryContext.Scope ignored = DeliveryContext.open(handled)) {
            publisher.publish("a.b", BODY).join();
            publisher.publish(Event.of("a.b", BODY)).join();
            publisher
                    .publish("a.b", BODY, h -> h.correlationId("mine").causationId("other"))
                    .join();
        }
        assertThat(target.entries().subList(0, 2))
                .allSatisfy(entry -> assertThat(entry)
                        .contains("\"correlationId\":\"flow\"")
                        .contains("\"causationId\":\"handled\"")
                        .contains("\"origin\":\"billing\""));
        assertThat(target.entries().get(2))
                .contains("\"correlationId\":\"mine\"")
                .contains("\"causationId\":\"other\"");
    }

    @Test
    void what_an_observer_throws_keeps_no_event_from_being_published() {
        ObservationRegistry observed = ObservationRegistry.create();
        AtomicInteger told = new AtomicInteger();
        observed.observationConfig().observationHandler(new ObservationHandler<Observation.Context>() {
            @Override
            public void onStart(Observation.Context context) {
                if (told.incrementAndGet() == 1) {
                    throw new IllegalStateException("start");
                }
            }

            @Override
            public void onStop(Observation.Context context) {
                throw new IllegalStateException("stop");
            }

            @Override
            public boolean supportsContext(Observation.Context context) {
                return true;
            }
        });
        builder.observationRegistry(observed);
        EventPublisher publisher = start();
        publisher.publish("a.b", BODY).join();
        publisher.publish("a.b", BODY).join();
        assertThat(told).hasValue(2);
        assertThat(target.entries()).hasSize(2);
        assertThatThrownBy(() -> publisher.publish("a.b", "x".repeat(2 << 20)))
                .as("and hides no error of the caller's")
                .hasMessageContaining("maxEventBytes");
    }

    @Test
    void outside_a_handler_an_event_correlates_with_itself_also_under_an_id_of_its_own() {
        EventPublisher publisher = start();
        PublishReceipt receipt =
                publisher.publish("a.b", BODY, h -> h.id("mine")).join();
        assertThat(receipt.eventId()).isEqualTo("mine");
        assertThat(target.entries().get(0))
                .contains("\"correlationId\":\"mine\"")
                .doesNotContain("causationId");
    }

    @Test
    void the_hash_is_that_of_the_body_whatever_the_given_header_says() {
        EventPublisher publisher = start();
        EventHeader received = EventHeader.builder("a.b").hash("stale").build();
        publisher.publish(new Event(received, BODY)).join();
        assertThat(target.entries().get(0)).doesNotContain("stale").containsPattern("\"hash\":\"[0-9a-f]{64}\"");
    }

    @Test
    void what_is_refused_is_refused_in_the_callers_stack_and_counted() {
        builder.validator(
                (type, body) -> type.equals("bad.body") ? List.of(new Violation("n", "must be positive")) : List.of());
        EventPublisher publisher =
                builder.maxEventBytes(1_000).buffer(10, 100_000).start(builder.settings(), target, () -> {});
        started.add(publisher);
        assertThatThrownBy(() -> publisher.publish("bad.body", BODY)).isInstanceOf(EventValidationException.class);
        assertThatThrownBy(() -> publisher.publish("no type", BODY)).isInstanceOf(InvalidEventException.class);
        assertThatThrownBy(() -> publisher.publish("too.large", "x".repeat(1_000)))
                .isInstanceOf(PublishException.class)
                .hasMessageContaining("1000")
                .hasMessageContaining("maxEventBytes");
        assertThat(target.entries()).isEmpty();
        assertThat(registry.get("millrace.publisher.refused").counters()).hasSize(3);
    }

    @Test
    void a_full_buffer_makes_publishing_wait_then_fail_and_names_the_limit() {
        target.shut();
        EventPublisher publisher =
                builder.buffer(2, 1 << 20).blockFor(Duration.ofMillis(20)).start(builder.settings(), target, () -> {});
        started.add(publisher);
        CompletableFuture<PublishReceipt> first = publisher.publish("a.b", BODY);
        CompletableFuture<PublishReceipt> second = publisher.publish("a.b", BODY);
        assertThatThrownBy(() -> publisher.publish("a.b", BODY))
                .isInstanceOf(BufferFullException.class)
                .hasMessageContaining("2 of at most 2 events")
                .hasMessageContaining("20 ms")
                .hasMessageContaining("buffer(events, bytes)");
        target.open();
        CompletableFuture.allOf(first, second).join();
    }

    @Test
    void an_interrupted_publisher_stops_waiting_and_says_that_nothing_was_stored() throws Exception {
        target.shut();
        EventPublisher publisher = builder.buffer(1, 1 << 20).start(builder.settings(), target, () -> {});
        started.add(publisher);
        CompletableFuture<PublishReceipt> first = publisher.publish("a.b", BODY);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread waiting = new Thread(() -> {
            try {
                CompletableFuture<PublishReceipt> unused = publisher.publish("a.b", BODY);
            } catch (PublishException e) {
                failure.set(Thread.currentThread().isInterrupted() ? e : null);
            }
        });
        waiting.start();
        while (waiting.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        waiting.interrupt();
        waiting.join();
        assertThat(failure.get()).hasMessageContaining("was not stored").hasMessageContaining("interrupted");
        assertThat(first).isNotDone();
    }

    @Test
    void a_callback_never_waits_for_room_nor_closes_its_own_publisher() throws Exception {
        EventPublisher publisher = builder.buffer(1, 1 << 20).start(builder.settings(), target, () -> {});
        started.add(publisher);
        target.shut();
        CompletableFuture<List<Throwable>> failures = publisher
                .publish("a.b", BODY)
                .thenApply(receipt -> {
                    target.shut();
                    CompletableFuture<PublishReceipt> takesTheRoom = publisher.publish("a.b", BODY);
                    assertThat(takesTheRoom).isNotDone();
                    return List.of(
                            catchThrowable(() -> publisher.publish("a.b", BODY)), catchThrowable(publisher::close));
                });
        target.open();
        List<Throwable> thrown = failures.get(10, TimeUnit.SECONDS);
        assertThat(thrown.get(0)).isInstanceOf(BufferFullException.class).hasMessageContaining("without waiting");
        assertThat(thrown.get(1)).isInstanceOf(IllegalStateException.class).hasMessageContaining("callback");
    }

    @Test
    void close_fails_what_it_cannot_deliver_closes_once_and_refuses_what_comes_after() {
        target.shut();
        EventPublisher publisher = start();
        CompletableFuture<PublishReceipt> future = publisher.publish("a.b", BODY);
        CompletableFuture<Void> flush = publisher.flush();
        List<Thread> closers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Thread closer = new Thread(publisher::close);
            closer.start();
            closers.add(closer);
        }
        closers.forEach(EventPublisherTest::join);
        publisher.close();
        assertThat(future).isCompletedExceptionally();
        assertThat(flush).isCompleted();
        assertThat(publisher.flush()).isCompleted();
        assertThat(target.closes()).isEqualTo(1);
        assertThat(registry.getMeters()).isEmpty();
        assertThatThrownBy(() -> publisher.publish("a.b", BODY))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void a_connection_that_cannot_be_closed_is_told_to_whoever_closes_first_and_holds_nobody_up() {
        EventPublisher publisher = builder.start(builder.settings(), target, () -> {
            throw new IllegalStateException("for a test");
        });
        publisher.publish("a.b", BODY).join();
        assertThatThrownBy(publisher::close).hasMessage("for a test");
        assertThat(registry.getMeters()).isEmpty();
        long began = System.nanoTime();
        assertThat(publisher.close(Duration.ofSeconds(20)).left()).isZero();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void publishing_while_closing_leaves_no_future_open() {
        for (int round = 0; round < 50; round++) {
            EventPublisher publisher = start();
            List<CompletableFuture<PublishReceipt>> accepted = new ArrayList<>();
            Thread caller = new Thread(() -> {
                try {
                    while (true) {
                        accepted.add(publisher.publish("a.b", BODY));
                    }
                } catch (IllegalStateException e) {
                    assertThat(e).hasMessageContaining("closed");
                }
            });
            caller.start();
            publisher.close(Duration.ofSeconds(5));
            join(caller);
            assertThat(accepted).allSatisfy(future -> assertThat(future).isCompleted());
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
