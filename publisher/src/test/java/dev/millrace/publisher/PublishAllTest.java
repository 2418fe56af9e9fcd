package dev.millrace.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.event.BodyCodecException;
import dev.millrace.event.Event;
import dev.millrace.event.InvalidEventException;
import dev.millrace.validation.EventValidationException;
import dev.millrace.validation.Violation;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class PublishAllTest {

    private static final Map<String, Object> BODY = Map.of("n", 1);

    private final AutoTarget target = new AutoTarget();
    private final EventPublisherBuilder builder = EventPublisher.builder("billing")
            .closeTimeout(Duration.ofMillis(200))
            .validator((type, body) -> body.equals("bad") ? List.of(new Violation("", "must not be bad")) : List.of());
    private final EventPublisher publisher = start(builder);

    private EventPublisher start(EventPublisherBuilder configured) {
        return configured.start(configured.settings(), target, target::close);
    }

    @AfterEach
    void close() {
        target.open();
        publisher.close();
    }

    @Test
    void results_come_in_order_and_a_refused_event_hides_no_other() {
        List<CompletableFuture<PublishReceipt>> futures = publisher.publishAll(List.of(
                Event.of("order.paid", BODY, h -> h.id("id-0").key("k")),
                Event.of("order.paid", "bad"),
                Event.of("user.created", BODY, h -> h.id("id-2"))));
        assertThat(futures).hasSize(3);
        assertThat(futures.get(0).join())
                .extracting(PublishReceipt::eventId, PublishReceipt::stream)
                .containsExactly("id-0", "order-events");
        assertThat(futures.get(1))
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(EventValidationException.class);
        assertThat(futures.get(2).join())
                .extracting(PublishReceipt::eventId, PublishReceipt::stream)
                .containsExactly("id-2", "user-events");
        assertThat(target.entries()) // two streams, of which either may come first
                .anySatisfy(entry -> assertThat(entry).contains("\"id\":\"id-0\"", "\"key\":\"k\""));
    }

    record Broken(String text) {
        @Override
        public String text() {
            throw new IllegalStateException("no text");
        }
    }

    @Test
    void a_body_that_cannot_be_serialised_is_refused_in_the_callers_stack_and_hides_no_other() {
        Object unserialisable = new Broken("text");
        assertThatThrownBy(() -> publisher.publish("order.paid", unserialisable))
                .isInstanceOf(BodyCodecException.class);
        List<CompletableFuture<PublishReceipt>> futures =
                publisher.publishAll("order.paid", List.of(unserialisable, BODY));
        assertThat(futures.get(0))
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(BodyCodecException.class);
        futures.get(1).join();
        assertThat(target.entries()).hasSize(1);
        assertThat(publisher.failedEvents()).as("nothing was accepted").isEmpty();
    }

    @Test
    void a_null_is_refused_by_its_name_and_hides_no_other() {
        List<CompletableFuture<PublishReceipt>> futures =
                publisher.publishAll(Arrays.asList(null, Event.of("order.paid", BODY)));
        assertThat(futures.get(0))
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(NullPointerException.class)
                .havingCause()
                .withMessage("event");
        assertThat(futures.get(1)).succeedsWithin(Duration.ofSeconds(10));
        assertThatThrownBy(() -> publisher.publishAll((List<Event>) null)).hasMessage("events");
        assertThatThrownBy(() -> publisher.publishAll("order.paid", null)).hasMessage("bodies");
        assertThatThrownBy(() -> publisher.close(null)).hasMessage("timeout");
        assertThatThrownBy(() -> publisher.close(Duration.ofSeconds(Long.MAX_VALUE)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("timeout: got PT")
                .hasMessageEndingWith("use PT0S to PT8760H");
        assertThatThrownBy(() -> publisher.publish("order.paid", BODY, header -> header.context("role", null)))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("context member 'role'");
    }

    @Test
    void one_type_with_many_bodies_is_as_many_events() {
        List<CompletableFuture<PublishReceipt>> futures =
                publisher.publishAll("order.paid", List.of(BODY, "bad", Map.of("n", 2)));
        assertThat(futures.get(0).join().eventId())
                .isNotEqualTo(futures.get(2).join().eventId());
        assertThat(futures.get(1)).isCompletedExceptionally();
        assertThat(publisher.publishAll("no type", List.of(BODY)).get(0))
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(InvalidEventException.class);
        assertThat(publisher.publishAll(List.of())).isEmpty();
    }

    @Test
    void a_full_buffer_is_waited_for_once_and_not_once_an_event() {
        EventPublisher small = start(builder.buffer(1, 1 << 20).blockFor(Duration.ofMillis(50)));
        target.shut();
        long start = System.nanoTime();
        List<CompletableFuture<PublishReceipt>> futures =
                small.publishAll("order.paid", Collections.nCopies(100, BODY));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
        assertThat(futures.subList(1, 100))
                .allSatisfy(future -> assertThat(future)
                        .failsWithin(Duration.ZERO)
                        .withThrowableThat()
                        .withCauseInstanceOf(BufferFullException.class));
        target.open();
        assertThat(futures.get(0)).succeedsWithin(Duration.ofSeconds(10));
        small.close();
    }

    @Test
    void tryPublish_never_waits_and_is_empty_when_there_is_no_room() {
        EventPublisher small = start(builder.buffer(1, 1 << 20).blockFor(Duration.ofDays(1)));
        target.shut();
        CompletableFuture<PublishReceipt> first =
                small.tryPublish("order.paid", BODY).orElseThrow();
        assertThat(small.tryPublish("order.paid", BODY)).isEmpty();
        assertThat(small.tryPublish(Event.of("order.paid", BODY))).isEmpty();
        assertThatThrownBy(() -> small.tryPublish("order.paid", "bad")).isInstanceOf(EventValidationException.class);
        target.open();
        assertThat(first).succeedsWithin(Duration.ofSeconds(10));
        small.close();
        assertThatThrownBy(() -> small.tryPublish("order.paid", BODY)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> small.publishAll(List.of())).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void an_executor_that_runs_tasks_in_the_thread_that_hands_them_in_is_refused() {
        assertThatThrownBy(() -> EventPublisher.builder("billing")
                        .executor(Runnable::run)
                        .settings())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("executor: got ")
                .hasMessageContaining("use one with threads of its own");
        ExecutorService pool = Executors.newSingleThreadExecutor();
        assertThat(EventPublisher.builder("billing").executor(pool).settings()).isNotNull();
        pool.shutdownNow();
        assertThatThrownBy(
                        () -> EventPublisher.builder("billing").executor(pool).settings())
                .hasMessageContaining("accepts no task");
    }
}
