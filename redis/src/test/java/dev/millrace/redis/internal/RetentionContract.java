package dev.millrace.redis.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.redis.internal.RedisFault.Kind;
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

        assertThat(ours.trim(EVERYTHING)).isEqualTo(1);
        assertThat(length(STREAM)).isEqualTo(3);
        ours.ack(ids);
        assertThat(ours.trim(EVERYTHING)).isEqualTo(2);
        assertThat(length(STREAM)).as("the unread one").isEqualTo(1);
    }

    @Test
    void the_slowest_group_decides() {
        List<StreamId> ids = List.of(add("1-1"), add("5-1"), add("10-1"));
        server().cli("XGROUP", "CREATE", STREAM, "slow", "5-1");
        readAll(ours);
        ours.ack(ids);

        assertThat(ours.trim(EVERYTHING)).isEqualTo(2);
        assertThat(length(STREAM)).isEqualTo(1);
    }

    @Test
    void age_decides_to_the_millisecond() {
        add("999-0");
        add("1000-0");
        add("1000-1");
        ours.ack(readAll(ours));

        assertThat(ours.trim(new StreamId(1_000, 0))).isEqualTo(1);
        assertThat(ours.trim(new StreamId(1_000, 1))).isEqualTo(1);
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

        assertThat(ours.trim(EVERYTHING)).isEqualTo(2);
        assertThat(pendingRow(pending)).isEqualTo("ours 1");
    }

    @Test
    void a_stream_without_groups_or_without_entries_is_left_alone() {
        server().cli("XADD", "lonely", "1-1", "data", "x");

        assertThat(link.group(options("lonely", "g", "c")).trim(EVERYTHING)).isZero();
        assertThat(link.group(options("missing", "g", "c")).trim(EVERYTHING)).isZero();
        assertThat(length("lonely")).isEqualTo(1);
        server().cli("SET", "text", "x");
        assertFault(Kind.WRONGTYPE, () -> link.group(options("text", "g", "c")).trim(EVERYTHING));
    }

    @Test
    void a_long_stream_is_trimmed_to_the_end() {
        addMany(25_000);
        ours.ack(readAll(ours));

        assertThat(ours.trim(EVERYTHING)).isEqualTo(25_000);
    }
}
