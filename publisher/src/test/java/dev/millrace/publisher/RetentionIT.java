package dev.millrace.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.redis.Redis;
import dev.millrace.redis.internal.GroupOptions;
import dev.millrace.redis.internal.RedisLink;
import dev.millrace.redis.internal.StreamEntry;
import dev.millrace.redis.internal.StreamGroup;
import dev.millrace.redis.internal.StreamId;
import dev.millrace.redis.internal.StreamReader;
import dev.millrace.testkit.RedisExtension;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(60)
class RetentionIT {

    @RegisterExtension
    static final RedisExtension REDIS = new RedisExtension();

    private static final String STREAM = "order-events";
    private static final int EVENTS = 100_000;

    private RedisLink link;
    private RetentionLoop loop;
    private final List<String> errors = new CopyOnWriteArrayList<>();

    @BeforeEach
    void open() {
        link = RedisLink.of(Redis.connect(REDIS.uri()));
        // Whatever is handled may go at once.
        loop = new RetentionLoop(
                RetentionPolicy.defaults().maxLength(1).maxAge(Duration.ofSeconds(1)),
                link.retention(Duration.ofSeconds(10)),
                "billing",
                // A day ahead, so that everything is of age.
                () -> InstantSource.system().instant().plus(Duration.ofDays(1)),
                new PublisherMeters(null, "billing"),
                new RetentionLog(line -> {}, errors::add));
        loop.publishing(STREAM);
    }

    @AfterEach
    void close() {
        loop.close();
        link.close();
    }

    private void publish(int events) {
        try (EventPublisher publisher = EventPublisher.builder("billing")
                .redis(REDIS.uri())
                .retention(RetentionPolicy.none())
                .build()) {
            for (int i = 0; i < events; i++) {
                var unused = publisher.publish("order.paid", "o-" + i);
            }
        }
    }

    private StreamGroup group(String name) {
        StreamGroup group = link.group(
                new GroupOptions(STREAM, name, "one", Duration.ofMinutes(5), 1_000_000, 1_000, Duration.ofSeconds(10)));
        assertThat(group.create("0").created()).isTrue();
        return group;
    }

    /** Reads and acknowledges all there is. */
    private static int drain(StreamGroup group) {
        return drain(group, Integer.MAX_VALUE);
    }

    /** Reads and acknowledges so many at least, if there are. */
    private static int drain(StreamGroup group, int enough) {
        int count = 0;
        StreamReader reader = group.reader();
        List<StreamEntry> entries = next(reader);
        while (!entries.isEmpty()) {
            List<StreamId> ids = entries.stream().map(StreamEntry::id).toList();
            count += (int) group.ack(ids);
            entries = count < enough ? next(reader) : List.of();
        }
        return count;
    }

    private static List<StreamEntry> next(StreamReader reader) {
        return reader.read(List.of(STREAM), 1_000, Duration.ZERO).getOrDefault(STREAM, List.of());
    }

    private void look() {
        REDIS.server().cli("DEL", "{" + STREAM + "}:retention");
        loop.runOnce();
    }

    private int length() {
        return Integer.parseInt(REDIS.server().cli("XLEN", STREAM).trim());
    }

    @Test
    void a_group_that_stood_still_for_100_000_events_loses_none_of_them() {
        StreamGroup stopped = group("stopped");
        StreamGroup busy = group("busy");
        publish(EVENTS);
        assertThat(drain(busy)).isEqualTo(EVENTS);
        look();

        assertThat(length()).isEqualTo(EVENTS);
        assertThat(loop.heldBack()).isEqualTo(1);
        assertThat(drain(stopped)).isEqualTo(EVENTS);
        look();
        assertThat(length()).isZero();
        assertThat(loop.heldBack()).isZero();
    }

    @Test
    void a_group_created_at_the_beginning_while_trimming_runs_loses_nothing_that_it_was_shown() throws Exception {
        StreamGroup busy = group("busy");
        publish(EVENTS);
        AtomicBoolean ended = new AtomicBoolean();
        CompletableFuture<Void> trimming = CompletableFuture.runAsync(() -> {
            while (!ended.get()) {
                look();
            }
        });
        drain(busy, EVENTS / 2);
        await("trimming has begun").until(() -> length() < EVENTS);
        StreamGroup late = group("late");
        int there = length();
        drain(busy);
        look();
        int read = drain(late);
        ended.set(true);
        trimming.get();

        assertThat(there).isGreaterThan(EVENTS / 3);
        assertThat(read)
                .as("of %s that were left when the group was there", there)
                .isEqualTo(there);
    }

    @Test
    void a_stream_that_no_group_reads_is_left_alone() {
        publish(1_000);
        look();

        assertThat(length()).isEqualTo(1_000);
    }

    @Test
    void dead_letters_of_age_leave_and_younger_ones_stay() {
        String dead = "{" + STREAM + "}:dead";
        long month = Duration.ofDays(30).toMillis();
        long now = System.currentTimeMillis();
        REDIS.server().cli("XADD", dead, (now - month) + "-1", "data", "of age by a day"); // the loop's clock is ahead
        REDIS.server().cli("XADD", dead, now + "-1", "data", "young");
        look();

        assertThat(REDIS.server().cli("XRANGE", dead, "-", "+"))
                .contains("young")
                .doesNotContain("of age");
        assertThat(errors).hasSize(1).first().asString().contains("1 dead letters older than PT720H are gone");
    }
}
