package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.testkit.RedisExtension;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Where a new group begins: neither is a backlog missed, nor are old events handled that nobody wants any more. */
@Timeout(60)
class StartFromIT {

    @RegisterExtension
    static final RedisExtension REDIS = new RedisExtension();

    private final List<Object> handled = new CopyOnWriteArrayList<>();
    private TestStream stream;
    private int added;

    @BeforeEach
    void stream() {
        stream = new TestStream(REDIS.server());
        for (int millis = 1_000; millis <= 4_000; millis += 1_000) {
            add(Integer.toString(millis));
        }
    }

    private void add(String entry) {
        stream.add(entry, "order.paid", "{\"at\":\"" + entry + "\"}", header -> {});
    }

    private ConsumerServer start(ConsumerServerBuilder builder) {
        return builder.build()
                .addHandler("order.**", Map.class, (body, header) -> handled.add(body.get("at")))
                .start();
    }

    /** After all that is there, one more, so that there is something to wait for. */
    private void handles(ConsumerServerBuilder builder, Object... entries) {
        try (ConsumerServer server = start(builder)) {
            String last = ++added + "-last";
            stream.add("order.paid", "{\"at\":\"" + last + "\"}");
            await().until(() -> handled.remove(last));
            await().until(stream::settled);
        }
        assertThat(handled).containsExactlyInAnyOrder(entries);
    }

    @Test
    void a_new_group_gets_the_whole_backlog_by_default() {
        handles(stream.server(), "1000", "2000", "3000", "4000");
    }

    @Test
    void a_stream_that_does_not_exist_yet_is_read_from_its_first_event_on() {
        TestStream yetToCome = new TestStream(REDIS.server());
        for (StartFrom from : List.of(StartFrom.BEGINNING, StartFrom.NOW)) {
            REDIS.server().cli("DEL", yetToCome.name());
            try (ConsumerServer server = start(yetToCome.server().startFrom(from))) {
                yetToCome.add("order.paid", "{\"at\":\"first\"}");
                await().until(() -> handled.remove("first"));
            }
        }
    }

    @Test
    void from_now_on_skips_the_backlog() {
        handles(stream.server().startFrom(StartFrom.NOW));
    }

    @Test
    void after_an_entry_begins_with_the_next_one() {
        handles(stream.server().startFrom(StartFrom.after("2000-0")), "3000", "4000");
    }

    @Test
    void at_an_instant_begins_with_what_came_then() {
        handles(stream.server().startFrom(StartFrom.at(Instant.ofEpochMilli(2_000))), "2000", "3000", "4000");
    }

    @Test
    void a_stream_begins_where_its_own_policy_says() {
        TestStream second = new TestStream(REDIS.server());
        second.add("1000", "order.paid", "{\"at\":\"old\"}", header -> {});
        handles(
                stream.server().startFrom(StartFrom.after("3000-0")).stream(
                        second.name(), StreamPolicy.defaults().startFrom(StartFrom.BEGINNING)),
                "4000",
                "old");
    }

    @Test
    void a_group_that_exists_goes_on_where_it_was() {
        handles(stream.server().startFrom(StartFrom.after("3000-0")), "4000");
        handled.clear();

        handles(stream.server().startFrom(StartFrom.BEGINNING));
    }
}
