package dev.millrace.redis.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testkit.RedisExtension;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class StreamGroupIT {

    @RegisterExtension
    static final RedisExtension redis = new RedisExtension();

    private RedisLink link;
    private StreamGroup group;

    @BeforeEach
    void open() {
        link = RedisLink.owned(redis.uri());
        group = link.group(new GroupOptions(
                "orders", "shipping", "a", Duration.ofMinutes(5), 1_000_000, 1000, Duration.ofSeconds(2)));
    }

    @AfterEach
    void close() {
        link.close();
    }

    @Test
    void walks_the_whole_way() throws Exception {
        link.check();
        GroupState state = group.create("0");
        assertThat(state.created()).isTrue();
        assertThat(group.create("0")).isEqualTo(new GroupState(false, state.epoch()));
        List<AppendResult> results = link.appender()
                .append(
                        List.of(
                                new StreamAppend("orders", "a".getBytes(StandardCharsets.UTF_8)),
                                new StreamAppend("orders", "b".getBytes(StandardCharsets.UTF_8))),
                        Duration.ofSeconds(5))
                .get();
        assertThat(results).hasSize(2).allMatch(r -> r.fault() == null);
        List<StreamEntry> entries = group.read(10, Duration.ofMillis(200));
        assertThat(entries).hasSize(2);
        assertThat(entries.get(0).fields().get(1)).isEqualTo("a".getBytes(StandardCharsets.UTF_8));
        StreamId first = entries.get(0).id();
        StreamId second = entries.get(1).id();
        assertThat(group.read(10, Duration.ofMillis(50))).isEmpty();
        assertThat(group.touch(List.of(Touch.keepAlive(first), new Touch(second, 7)), Duration.ZERO))
                .containsExactly(Ownership.OURS, Ownership.OURS);
        byte[] key = "0123456789abcdef".getBytes(StandardCharsets.UTF_8);
        assertThat(group.claim(state.epoch(), List.of(new Claim(first, key)))).containsExactly((StreamId) null);
        assertThat(group.claim(state.epoch(), List.of(new Claim(second, key)))).containsExactly(first);
        assertThat(group.pending()).isEqualTo(2);
        assertThat(group.idle(Duration.ZERO, null, 10))
                .extracting(PendingEntry::deliveryCount)
                .containsExactly(1L, 7L);
        assertThat(group.take(List.of(first, second), Duration.ZERO).entries()).hasSize(2);
        assertThat(group.deadLetter(
                        state.epoch(),
                        new DeadLetter(
                                first, "{orders}:dead", entries.get(0).fields(), new Claim(first, key), true, false)))
                .isEqualTo(Ownership.OURS);
        assertThat(group.claim(state.epoch(), List.of(new Claim(second, key)))).containsExactly((StreamId) null);
        assertThat(group.removeConsumer()).isFalse();
        assertThat(group.ack(List.of(first, second))).isEqualTo(1);
        assertThat(group.removeConsumer()).isTrue();
        assertThat(group.trim(new StreamId(-1, -1))).isEqualTo(2);
    }
}
