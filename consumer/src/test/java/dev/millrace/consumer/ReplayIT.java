package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.redis.Redis;
import dev.millrace.redis.internal.RedisLink;
import dev.millrace.redis.internal.Retained;
import dev.millrace.redis.internal.StreamId;
import dev.millrace.redis.internal.StreamRetention;
import dev.millrace.testkit.RedisExtension;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What was handled can be handled once more, and nobody at work notices. */
@Timeout(120)
class ReplayIT {

    @RegisterExtension
    static final RedisExtension REDIS = new RedisExtension();

    private final Queue<String> seen = new ConcurrentLinkedQueue<>();
    private TestStream stream;

    @BeforeEach
    void open() {
        stream = new TestStream(REDIS.server());
    }

    private Replay replay() {
        return Replay.of(REDIS.uri(), stream.name());
    }

    private List<String> add(int count, String type) {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add(stream.add(type, "{\"n\":" + i + "}"));
        }
        return ids;
    }

    private ReplayReport intoHandler(Replay replay) throws InterruptedException {
        return replay.into(Map.class, (body, header, delivery) -> {
            assertThat(delivery.replayed()).isTrue();
            seen.add(header.type() + " " + body.get("n"));
        });
    }

    private long length(String name) {
        return Long.parseLong(REDIS.server().cli("XLEN", name).trim());
    }

    private String groups() {
        return REDIS.server().cli("XINFO", "GROUPS", stream.name())
                + REDIS.server().cli("XPENDING", stream.name(), "at-work");
    }

    @Test
    void groups_at_work_keep_their_position_and_what_they_have_pending() throws Exception {
        add(20, "order.paid");
        REDIS.server().cli("XGROUP", "CREATE", stream.name(), "at-work", "0");
        REDIS.server().cli("XREADGROUP", "GROUP", "at-work", "c", "COUNT", "7", "STREAMS", stream.name(), ">");
        String before = groups();

        ReplayReport report = intoHandler(replay());
        replay().intoStream(stream.name() + "-copy");

        assertThat(report.replayed()).isEqualTo(20);
        assertThat(seen).hasSize(20);
        assertThat(groups()).isEqualTo(before);
    }

    @Test
    void a_range_a_type_a_list_and_one_event_are_what_is_replayed() throws Exception {
        List<String> paid = add(10, "order.paid");
        add(3, "order.shipped");
        stream.add("*", "order.paid", "{\"n\":99}", header -> header.id("the-one"));

        assertThat(intoHandler(replay().from(paid.get(2)).to(paid.get(4))).replayed())
                .isEqualTo(3);
        assertThat(intoHandler(replay().after(paid.get(9))).byType())
                .containsExactly(Map.entry("order.shipped", 3L), Map.entry("order.paid", 1L));
        assertThat(intoHandler(replay().types("*.shipped")).replayed()).isEqualTo(3);
        assertThat(intoHandler(replay().from(Instant.now().plusSeconds(60))).replayed())
                .isZero();
        assertThat(intoHandler(replay().to(Instant.EPOCH.plusSeconds(9))).replayed())
                .isZero();
        seen.clear();
        assertThat(intoHandler(replay().events("the-one")).replayed()).isEqualTo(1);
        assertThat(seen).containsExactly("order.paid 99");
        seen.clear();
        ReplayReport list = intoHandler(replay().entries(paid.get(7), "1-1", paid.get(3)));
        assertThat(seen).containsExactly("order.paid 3", "order.paid 7");
        assertThat(list.missing()).containsExactly("1-1");
    }

    @Test
    void a_dry_run_counts_and_writes_nothing() throws Exception {
        add(10, "order.paid");
        add(3, "order.shipped");
        stream.addRaw("some", "thing");
        String keys = REDIS.server().cli("DBSIZE");

        ReplayReport report = replay().count();

        assertThat(report.byType()).containsExactly(Map.entry("order.paid", 10L), Map.entry("order.shipped", 3L));
        assertThat(report.unreadable()).isEqualTo(1);
        assertThat(REDIS.server().cli("DBSIZE")).isEqualTo(keys);
        assertThat(length(stream.name())).isEqualTo(14);
    }

    @Test
    void copies_of_an_event_are_handled_once_a_replay_unless_told_otherwise() throws Exception {
        stream.add("order.paid", "{\"n\":1}");
        stream.add("order.paid", "{\"n\":1}");

        assertThat(intoHandler(replay()).duplicates()).isEqualTo(1);
        assertThat(intoHandler(replay().idempotency(Replay.Idempotency.NONE)).replayed())
                .isEqualTo(2);
        assertThat(seen).hasSize(3);
    }

    @Test
    void a_handler_that_fails_stops_it_there_and_it_goes_on_from_there() throws Exception {
        List<String> ids = add(10, "order.paid");
        DeliveryHandler<Object> failing = (body, header, delivery) -> {
            if (body.toString().equals("{n=4}")) {
                throw new IllegalStateException("no");
            }
        };

        ReplayReport stopped = replay().into(Object.class, failing);
        assertThat(stopped.replayed()).isEqualTo(4);
        assertThat(stopped.last()).isEqualTo(ids.get(3));
        assertThat(stopped.failure().entryId()).isEqualTo(ids.get(4));
        assertThat(stopped.failure().error()).hasMessage("no");
        ReplayReport rest = replay().after(ids.get(4)).into(Object.class, failing);
        assertThat(rest.replayed()).isEqualTo(5);
        ReplayReport all = replay().goOnAfterFailures().into(Object.class, failing);
        assertThat(all.replayed()).isEqualTo(9);
        assertThat(all.failed()).isEqualTo(1);
    }

    private ConsumerServer server(String group) {
        return stream.server(group)
                .build()
                .addHandler(
                        "**",
                        Map.class,
                        (body, header, delivery) ->
                                seen.add(group + (delivery.replayed() ? " again " : " ") + body.get("n")));
    }

    @Test
    void one_group_handles_again_what_it_handled_and_the_others_do_not() throws Exception {
        add(3, "order.paid");
        try (ConsumerServer one = server("billing");
                ConsumerServer other = server("shipping")) {
            one.start();
            other.start();
            await().until(() -> seen.size() == 6);

            ReplayReport shared =
                    replay().idempotency(Replay.Idempotency.SHARED).intoGroup("billing");
            assertThat(shared.replayed()).isEqualTo(3);
            await().until(() -> one.pending() == 0 && one.status().totals().duplicates() == 3);
            ReplayReport own = replay().intoGroup("billing");
            assertThat(own.replayed()).isEqualTo(3);
            assertThat(own.copies()).isEqualTo(3);

            await().until(() -> seen.size() == 9);
            stream.add("order.paid", "{\"n\":\"last\"}");
            await().until(() -> seen.contains("shipping last") && seen.contains("billing last"));
            assertThat(seen).contains("billing again 0", "billing again 1", "billing again 2");
            assertThat(seen).noneMatch(line -> line.startsWith("shipping again"));
            await().until(() -> one.pending() == 0 && other.pending() == 0);
        }
    }

    @Test
    void a_fresh_group_begins_where_the_range_does() throws Exception {
        List<String> ids = add(5, "order.paid");
        replay().from(ids.get(2)).intoNewGroup("fresh");
        try (ConsumerServer server = server("fresh")) {
            server.start();
            await().until(() -> seen.size() == 3);
            stream.add("order.paid", "{\"n\":5}");
            await().until(() -> seen.contains("fresh 5"));
            assertThat(seen).containsExactlyInAnyOrder("fresh 2", "fresh 3", "fresh 4", "fresh 5");
        }
        assertThatThrownBy(() -> replay().intoNewGroup("fresh")).hasMessageContaining("already");
        assertThatThrownBy(() -> replay().types("a").intoNewGroup("other")).hasMessageContaining("intoGroup");
    }

    @Test
    void another_stream_gets_the_fields_byte_for_byte_and_of_a_batch_what_was_asked_for() throws Exception {
        String one = TestStream.nodeBatch("order.paid", "{\"n\":0}", "{\"n\":1}");
        stream.addRaw("data", one);
        TestStream copy = new TestStream(REDIS.server());

        ReplayReport whole = replay().intoStream(copy.name());
        assertThat(whole.replayed()).isEqualTo(2);
        assertThat(copy.values("data")).containsExactly(one);
        assertThat(copy.values("millrace.index")).isEmpty();
        assertThat(copy.values("millrace.replayed")).containsExactly(whole.id());

        List<String> eventIds = new ArrayList<>();
        replay().into(Map.class, (body, header, delivery) -> eventIds.add(header.id()));
        replay().events(eventIds.get(1)).intoStream(copy.name());
        assertThat(copy.values("millrace.index")).containsExactly("1");

        String part = REDIS.server()
                .cli("XREVRANGE", copy.name(), "+", "-", "COUNT", "1")
                .lines()
                .findFirst()
                .orElseThrow();
        TestStream further = new TestStream(REDIS.server());
        ReplayReport again = Replay.of(REDIS.uri(), copy.name()).entries(part).intoStream(further.name());
        assertThat(again.replayed()).isEqualTo(1);
        assertThat(further.values("millrace.index"))
                .as("a copy of a part stays that part")
                .containsExactly("1");
    }

    @Test
    void retention_never_cuts_a_replay_that_runs() throws Exception {
        add(300, "order.paid");
        REDIS.server().cli("XGROUP", "CREATE", stream.name(), "done", "$");
        try (Redis redis = Redis.connect(REDIS.uri());
                StreamRetention retention = RedisLink.of(redis).retention(Duration.ofSeconds(20))) {
            List<Retained> trims = new ArrayList<>();
            ReplayReport report = replay().into(Map.class, (body, header, delivery) -> {
                if (trims.isEmpty()) {
                    trims.add(retention.trim(stream.name(), new StreamId(-1, -1), -1, false));
                }
                seen.add("n");
            });

            assertThat(report.replayed()).isEqualTo(300);
            assertThat(trims.get(0).heldBack()).isTrue();
            assertThat(retention
                            .trim(stream.name(), new StreamId(-1, -1), -1, false)
                            .length())
                    .isZero();
        }
    }

    @Test
    void a_rate_is_kept() throws Exception {
        add(20, "order.paid");
        long begin = System.nanoTime();

        intoHandler(replay().perSecond(50));

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(19 * 20));
    }

    @Test
    void what_cannot_be_is_refused_with_its_mend() {
        add(1, "order.paid");
        assertThatThrownBy(() -> Replay.of(REDIS.uri(), "missing").count()).hasMessageContaining("no stream missing");
        assertThatThrownBy(() -> replay().intoGroup("missing")).hasMessageContaining("no group missing");
        assertThatThrownBy(() -> replay().intoStream(stream.name())).hasMessageContaining("intoGroup");
        assertThatThrownBy(() -> replay().from("yesterday")).hasMessageContaining("from: got 'yesterday'");
        assertThatThrownBy(() -> replay().perSecond(0)).hasMessageContaining("perSecond: got 0");
        assertThatThrownBy(() -> intoHandler(replay().idempotency(Replay.Idempotency.SHARED)))
                .hasMessageContaining("OWN or NONE");
    }
}
