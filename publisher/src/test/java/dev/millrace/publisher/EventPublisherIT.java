package dev.millrace.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.event.EventType;
import dev.millrace.publisher.PublishException.Outcome;
import dev.millrace.redis.Redis;
import dev.millrace.redis.RedisSetupException;
import dev.millrace.routing.Routing;
import dev.millrace.testkit.RedisExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(60)
class EventPublisherIT {

    @RegisterExtension
    static final RedisExtension REDIS = new RedisExtension();

    private record OrderPaid(String orderId, int amount) {}

    @Test
    void a_completed_publish_is_in_the_stream_under_the_id_of_its_receipt() {
        try (EventPublisher publisher = publisher().build()) {
            PublishReceipt receipt = publisher
                    .publish("order.paid", new OrderPaid("o-17", 3), h -> h.key("o-17"))
                    .join();
            assertThat(receipt.stream()).isEqualTo("order-events");
            String entry = cli("XRANGE", "order-events", receipt.entryId(), receipt.entryId());
            assertThat(entry)
                    .contains("\"pattern\":\"order.paid\"")
                    .contains("\"id\":\"" + receipt.eventId() + "\"")
                    .contains("\"origin\":\"billing\"")
                    .contains("\"key\":\"o-17\"")
                    .contains("\"correlationId\":\"" + receipt.eventId() + "\"")
                    .contains("\"body\":{\"orderId\":\"o-17\",\"amount\":3}");
        }
    }

    @Test
    void ten_thousand_events_arrive_in_the_order_of_one_thread() {
        List<CompletableFuture<PublishReceipt>> futures = new ArrayList<>();
        try (EventPublisher publisher = publisher().build()) {
            EventType<OrderPaid> paid = EventType.of("order.paid", OrderPaid.class);
            for (int i = 0; i < 10_000; i++) {
                futures.add(publisher.publish(paid, new OrderPaid("o-" + i, i)));
            }
            publisher.flush().join();
            assertThat(futures).allSatisfy(future -> assertThat(future).isCompleted());
        }
        assertThat(cli("XLEN", "order-events")).isEqualTo("10000");
        List<String> ids =
                futures.stream().map(future -> future.join().entryId()).toList();
        assertThat(ids).isSortedAccordingTo(Entries.BY_ID).doesNotHaveDuplicates();
    }

    @Test
    void an_event_for_a_key_of_another_type_fails_alone() {
        cli("SET", "order-events", "not a stream");
        try (EventPublisher publisher = publisher().build()) {
            CompletableFuture<PublishReceipt> refused = publisher.publish("order.paid", new OrderPaid("o-1", 1));
            CompletableFuture<PublishReceipt> fine = publisher.publish("user.created", new OrderPaid("o-1", 1));
            assertThat(fine.join().stream()).isEqualTo("user-events");
            assertThatThrownBy(refused::join)
                    .isInstanceOf(CompletionException.class)
                    .cause()
                    .isInstanceOfSatisfying(
                            PublishException.class,
                            e -> assertThat(e.outcome()).isEqualTo(PublishException.Outcome.NOT_STORED))
                    .hasMessageContaining("WRONGTYPE");
        }
    }

    @Test
    void a_callback_that_publishes_flushes_and_joins_does_not_hang() throws Exception {
        try (EventPublisher publisher = publisher().buffer(1, 1 << 20).build()) {
            CompletableFuture<Long> chain = publisher
                    .publish("order.paid", new OrderPaid("o-1", 1))
                    .thenApply(first -> {
                        CompletableFuture<PublishReceipt> second =
                                publisher.publish("order.paid", new OrderPaid("o-2", 2));
                        publisher.flush().join();
                        return second.join();
                    })
                    .thenApply(second -> Long.valueOf(cli("XLEN", "order-events")));
            assertThat(chain.get(20, TimeUnit.SECONDS)).isEqualTo(2);
        }
    }

    @Test
    void many_callbacks_at_once_that_publish_and_join_do_not_wait_for_each_other() throws Exception {
        int events = 3 * CallbackPool.MAX_PLATFORM_THREADS;
        try (EventPublisher publisher = publisher().buffer(events, 1 << 20).build()) {
            List<CompletableFuture<String>> chains = new ArrayList<>();
            for (int i = 0; i < events; i++) {
                OrderPaid next = new OrderPaid("next-" + i, i);
                chains.add(publisher
                        .publish("order.paid", new OrderPaid("o-" + i, i))
                        .thenApply(first ->
                                publisher.publish("order.paid", next).join().entryId()));
            }
            CompletableFuture.allOf(chains.toArray(CompletableFuture<?>[]::new)).get(20, TimeUnit.SECONDS);
            assertThat(cli("XLEN", "order-events")).isEqualTo(Integer.toString(2 * events));
        }
    }

    @Test
    void a_shared_redis_stays_open_and_close_leaves_no_thread() {
        try (Redis shared = Redis.connect(REDIS.uri())) {
            for (int i = 0; i < 2; i++) {
                EventPublisher publisher = publisher().redis(shared).build();
                publisher.publish("order.paid", new OrderPaid("o-1", 1)).join();
                publisher.close();
            }
        }
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("millrace-publisher"));
    }

    @Test
    void a_shared_redis_that_was_closed_too_early_fails_events_at_once_as_not_stored() {
        Redis shared = Redis.connect(REDIS.uri());
        try (EventPublisher publisher = publisher().redis(shared).build()) {
            publisher.publish("order.paid", new OrderPaid("o-1", 1)).join();
            shared.close();
            assertThat(publisher.publish("order.paid", new OrderPaid("o-2", 2)))
                    .failsWithin(Duration.ofSeconds(10))
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOfSatisfying(
                            PublishException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.NOT_STORED))
                    .withMessageContaining("is closed");
        }
    }

    @Test
    void routing_gives_stream_and_prefix() {
        Routing routing = Routing.builder()
                .route("order.**")
                .prefix("billing.")
                .toStream("orders")
                .build();
        try (EventPublisher publisher = publisher().routing(routing).build()) {
            assertThat(publisher.publish("order.paid", new OrderPaid("o-1", 1)).join().stream())
                    .isEqualTo("orders");
            assertThat(cli("XRANGE", "orders", "-", "+")).contains("\"pattern\":\"billing.order.paid\"");
        }
    }

    @Test
    void a_redis_that_is_not_there_is_told_at_once_in_one_line() {
        assertThatThrownBy(() -> EventPublisher.builder("billing")
                        .redis("redis://localhost:1")
                        .build())
                .isInstanceOf(RedisSetupException.class)
                .hasMessageContaining("localhost:1")
                .hasMessageNotContaining("\n");
    }

    private static EventPublisherBuilder publisher() {
        return EventPublisher.builder("billing").redis(REDIS.uri());
    }

    private static String cli(String... command) {
        return REDIS.server().cli(command);
    }
}
