package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.event.EventType;
import dev.millrace.testkit.RedisExtension;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which handlers an event reaches. */
@Timeout(60)
class HandlersIT {

    @RegisterExtension
    static final RedisExtension REDIS = new RedisExtension();

    record Order(String id) {}

    private final TestStream stream = new TestStream(REDIS.server());
    private final Queue<String> handled = new ConcurrentLinkedQueue<>();

    private void add(String type, String id, String version) {
        stream.add("*", type, "{\"id\":\"" + id + "\"}", header -> header.version(version));
    }

    @Test
    void a_handler_for_several_types_gets_each_event_once_though_several_of_them_match() {
        add("order.paid", "1", "1.0.0");
        add("parcel.lost", "2", "1.0.0");
        add("parcel.sent", "3", "1.0.0");
        try (ConsumerServer server = stream.server().build()) {
            server.addHandler(
                            Set.of("order.paid", "order.*", "parcel.lost"),
                            Order.class,
                            (order, header) -> handled.add(order.id()))
                    .start();

            await().until(() -> server.status().totals().handled() == 2
                    && server.status().totals().skipped() == 1);
            assertThat(handled).containsExactlyInAnyOrder("1", "2");
        }
    }

    @Test
    void each_version_reaches_the_handler_that_reads_it_and_others_count_as_unhandled() {
        add("order.paid", "old", "1.2.0");
        add("order.paid", "new", "2.0.0");
        add("order.paid", "unheard-of", "7.0");
        try (ConsumerServer server =
                stream.server().unhandled(UnhandledPolicy.DEAD_LETTER).build()) {
            server.addHandler(
                            "order.paid",
                            Order.class,
                            (order, header) -> handled.add("1: " + order.id()),
                            HandlerOptions.defaults().versions("[1.0.0,2.0.0)"))
                    .addHandler(
                            "order.paid",
                            Order.class,
                            (order, header) -> handled.add("2: " + order.id()),
                            HandlerOptions.defaults().versions("[2.0.0,3.0.0)"))
                    .start();

            await().until(() -> server.status().totals().handled() == 2);
            await().until(() -> stream.deadLetters().size() == 1);
            assertThat(handled).containsExactlyInAnyOrder("1: old", "2: new");
            assertThat(stream.deadLetters().get(0)).containsEntry("millrace.reason", "NO_HANDLER");
        }
    }

    @Test
    void an_event_type_takes_the_versions_it_can_read_unless_told_otherwise() {
        EventType<Order> paid = EventType.of("order.paid", Order.class, "2.1.0");
        add("order.paid", "1", "1.9.0");
        add("order.paid", "2", "2.0.0");
        add("order.paid", "3", "2.7.0");
        try (ConsumerServer server = stream.server().build()) {
            server.addHandler(paid, (order, header) -> handled.add("same: " + order.id()))
                    .addHandler(
                            paid,
                            (order, header) -> handled.add("all: " + order.id()),
                            HandlerOptions.defaults().versions("[0,)"))
                    .start();

            await().until(() -> server.status().totals().handled() == 3);
            assertThat(handled).containsExactlyInAnyOrder("all: 1", "same: 2", "all: 2", "same: 3", "all: 3");
        }
    }
}
