package dev.millrace.redis.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.redis.internal.RedisFault.Kind;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Trimming: age decides, but never past what a group still needs. */
abstract class RetentionContract extends StreamGroupContract {

    private static final StreamId EVERYTHING = new StreamId(-1, -1);

    @Test
    void nothing_pending_or_unread_is_trimmed() {
        List<StreamId> ids = List.of(add("1-1"), add("5-1"), add("10-1"), add("100-1"));
        ours.read(3, NONE);
        ours.ack(List.of(ids.get(0)));

        assertThat(trim(STREAM, EVERYTHING)).isEqualTo(1);
        assertThat(length(STREAM)).isEqualTo(3);
        ours.ack(ids);
        assertThat(trim(STREAM, EVERYTHING)).isEqualTo(2);
        assertThat(length(STREAM)).as("the unread one").isEqualTo(1);
    }

    @Test
    void the_slowest_group_decides() {
        List<StreamId> ids = List.of(add("1-1"), add("5-1"), add("10-1"));
        server().cli("XGROUP", "CREATE", STREAM, "slow", "5-1");
        readAll(ours);
        ours.ack(ids);

        assertThat(trim(STREAM, EVERYTHING)).isEqualTo(2);
        assertThat(length(STREAM)).isEqualTo(1);
    }

    @Test
    void what_a_group_was_set_back_to_read_again_is_kept_although_something_newer_is_pending() {
        add("1-1");
        add("5-1");
        StreamId pending = add("10-1");
        List<StreamId> read = readAll(ours);
        ours.ack(read.subList(0, 2));
        assertThat(read.get(2)).isEqualTo(pending);
        server().cli("XGROUP", "SETID", STREAM, GROUP, "1-1");

        assertThat(trim(STREAM, EVERYTHING)).isEqualTo(1);
        assertThat(length(STREAM)).as("5-1 and 10-1").isEqualTo(2);
    }

    @Test
    void age_decides_to_the_millisecond() {
        add("999-0");
        add("1000-0");
        add("1000-1");
        ours.ack(readAll(ours));

        assertThat(trim(STREAM, new StreamId(1_000, 0))).isEqualTo(1);
        assertThat(trim(STREAM, new StreamId(1_000, 1))).isEqualTo(1);
    }

    @Test
    void huge_ids_are_compared_as_numbers() {
        add("9-18446744073709551615");
        add("18446744073709551614-18446744073709551615");
        StreamId pending = add("18446744073709551615-9");
        add("18446744073709551615-10");
        ours.read(3, NONE);
        List<StreamId> read =
                ours.idle(NONE, null, 10).stream().map(PendingEntry::id).toList();
        ours.ack(read.subList(0, 2));

        assertThat(trim(STREAM, EVERYTHING)).isEqualTo(2);
        assertThat(pendingRow(pending)).isEqualTo("ours 1");
    }

    @Test
    void a_stream_without_groups_or_without_entries_is_left_alone() {
        server().cli("XADD", "lonely", "1-1", "data", "x");

        assertThat(trim("lonely", EVERYTHING)).isZero();
        assertThat(trim("missing", EVERYTHING)).isZero();
        assertThat(length("lonely")).isEqualTo(1);
        server().cli("SET", "text", "x");
        assertFault(Kind.WRONGTYPE, () -> trim("text", EVERYTHING));
    }

    @Test
    void a_long_stream_is_trimmed_to_the_end() {
        addMany(25_000);
        ours.ack(readAll(ours));

        assertThat(trim(STREAM, EVERYTHING)).isEqualTo(25_000);
    }

    @Test
    void a_length_is_reached_but_never_by_what_a_group_still_needs() {
        addMany(1_000);
        ours.read(700, NONE).forEach(entry -> ours.ack(List.of(entry.id())));

        Retained held = retention().trim(STREAM, StreamId.MIN, 200, false);
        assertThat(held.removed()).isEqualTo(700);
        assertThat(held.heldBack()).isTrue();
        assertThat(held.length()).isEqualTo(300);
        assertThat(held.lag()).isEqualTo(300);
        ours.ack(readAll(ours));
        Retained reached = retention().trim(STREAM, StreamId.MIN, 200, false);
        assertThat(reached.length()).isEqualTo(200);
        assertThat(reached.heldBack()).isFalse();
        assertThat(reached.oldestNeeded()).isNull();
    }

    @Test
    void only_force_removes_what_a_group_has_yet_to_read() {
        addMany(300);

        ours.read(50, NONE).forEach(entry -> ours.ack(List.of(entry.id())));

        Retained forced = retention().trim(STREAM, StreamId.MIN, 100, true);
        assertThat(forced.length()).isEqualTo(100);
        assertThat(forced.removed()).isEqualTo(200);
        assertThat(forced.lost()).isEqualTo(150);
        assertThat(trim(STREAM, EVERYTHING)).isZero();
        assertThat(retention().trim(STREAM, EVERYTHING, -1, true).length()).isZero();
    }

    @Test
    void of_what_force_removes_only_what_a_group_had_pending_or_unread_counts_as_lost() {
        addMany(300);
        List<StreamEntry> read = ours.read(250, NONE);
        ours.ack(read.subList(1, 100).stream().map(StreamEntry::id).toList());
        ours.ack(read.subList(110, 250).stream().map(StreamEntry::id).toList());

        Retained first = retention().trim(STREAM, StreamId.MIN, 80, true);
        assertThat(first.removed()).isEqualTo(220);
        assertThat(first.lost()).as("1 and 10 that were pending").isEqualTo(11);
        Retained second = retention().trim(STREAM, StreamId.MIN, 20, true);
        assertThat(second.removed()).isEqualTo(60);
        assertThat(second.lost()).as("none twice, and 30 unread").isEqualTo(30);
    }

    @Test
    void one_at_a_time_sees_to_a_stream() {
        assertThat(retention().lease(STREAM, "a", Duration.ofSeconds(30))).isTrue();
        assertThat(retention().lease(STREAM, "b", Duration.ofSeconds(30))).isFalse();
        assertThat(retention().lease("other", "b", Duration.ofSeconds(30))).isTrue();
    }

    private long trim(String stream, StreamId lowest) {
        return retention().trim(stream, lowest, -1, false).removed();
    }

    private StreamRetention retention() {
        return link.retention(Duration.ofSeconds(10));
    }
}
