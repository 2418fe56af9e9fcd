package dev.millrace.redis.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Takes every step that publisher and consumer take, once. */
final class EveryStep {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private EveryStep() {}

    static void walk(RedisLink link) throws Exception {
        TestGroup group = new TestGroup(link, StreamGroupContract.options("orders", "shipping", "a"));
        String epoch = group.create("0").epoch();
        List<StreamAppend> batch = List.of(append("1"), append("2"), append("3"));
        assertThat(link.appender().append(batch, PATIENCE).get()).allMatch(result -> result.fault() == null);
        List<StreamId> ids = group.read(10, Duration.ofSeconds(1)).stream()
                .map(StreamEntry::id)
                .toList();
        assertThat(ids).hasSize(3);
        List<KeyClaim> claims = ids.stream()
                .map(id -> StreamGroupContract.wish(id, StreamGroupContract.key(id.hashCode())))
                .toList();
        assertThat(group.claims().claim(epoch, claims)).hasSize(3);
        group.claims().release(epoch, claims.subList(1, 2));
        assertThat(group.claims().find(epoch, claims.get(0).key())).isEqualTo(new KeyHolder(ids.get(0), 1));
        assertThat(group.claims().releaseLost(epoch, ids.subList(1, 2))).isZero();
        assertThat(group.claims().records(epoch).bytes()).isPositive();
        assertThat(group.claims().sweep(epoch)).isZero();
        assertThat(group.claims().forgetBefore(epoch, -1)).isEqualTo(3);
        assertThat(group.touch(List.of(Touch.keepAlive(ids.get(0)), new Touch(new StreamId(1, 1), 2)), Duration.ZERO))
                .containsExactly(Ownership.OURS, Ownership.TRIMMED);
        assertThat(group.idle(Duration.ZERO, null, 10)).hasSize(3);
        assertThat(group.take(ids, Duration.ZERO).entries()).hasSize(3);
        DeadLetterMove letter = new DeadLetterMove(
                ids.get(0), "{orders}:dead", List.of(new byte[] {1}, new byte[] {2}), claims.get(0), true, false);
        assertThat(group.deadLetter(epoch, letter).ownership()).isEqualTo(Ownership.OURS);
        assertThat(group.ack(ids)).isEqualTo(2);
        assertThat(group.pending()).isZero();
        assertThat(group.sample()).isEqualTo(new GroupSample(0, null, 0, true));
        CompletableFuture<List<StreamEntry>> waiting =
                CompletableFuture.supplyAsync(() -> group.read(1, Duration.ofSeconds(5)));
        group.unblock();
        assertThat(waiting.get()).isEmpty();
        assertThat(group.holdName(Duration.ofSeconds(1))).isNull();
        assertThat(link.group(StreamGroupContract.options("orders", "shipping", "a"))
                        .holdName(Duration.ofSeconds(1)))
                .isPositive();
        assertThat(group.removeIdle(Duration.ofDays(1))).isEmpty();
        assertThat(group.removeConsumer()).isTrue();
        group.close();
        StreamRetention retention = link.retention(Duration.ofSeconds(10));
        StreamId everything = new StreamId(-1, -1);
        assertThat(retention.lease("orders", "a", Duration.ofSeconds(1))).isTrue();
        assertThat(retention.trim("orders", everything, 100, false).removed()).isEqualTo(3);
        assertThat(retention.trimDeadLetters("orders", everything)).isEqualTo(1);
        archive(link);
    }

    private static void archive(RedisLink link) {
        StreamArchive archive = link.archive(PATIENCE);
        List<byte[]> fields = List.of(new byte[] {1}, new byte[] {2});
        StreamId id = archive.append("orders", fields);
        StreamId letter = archive.append("{orders}:dead", fields);
        assertThat(archive.lastId("orders")).isEqualTo(id);
        assertThat(archive.length("orders")).isEqualTo(1);
        assertThat(archive.createGroup("orders", "late", StreamId.MIN)).isTrue();
        assertThat(archive.lastDelivered("orders", "late")).isEqualTo(StreamId.MIN);
        assertThat(archive.pending("orders", "late", id)).isFalse();
        archive.hold("orders", "replay", id, PATIENCE);
        archive.release("orders", "replay");
        assertThat(archive.move("{orders}:dead", letter, "orders", fields)).isNotNull();
        assertThat(archive.range("orders", id, new StreamId(-1, -1), 10)).hasSize(2);
        assertThat(archive.delete("orders", List.of(id))).isEqualTo(1);
        archive.close();
    }

    private static StreamAppend append(String data) {
        return new StreamAppend("orders", data.getBytes(StandardCharsets.UTF_8));
    }
}
