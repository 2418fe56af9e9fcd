package dev.millrace.redis.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.redis.internal.RedisFault.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is moved back from the dead letters is never in neither place, and what a replay has yet to read stays. */
abstract class ArchiveContract extends StreamGroupContract {

    private static final String DEAD = CompanionKeys.of(STREAM).deadLetters();
    private static final StreamId EVERYTHING = new StreamId(-1, -1);
    private static final List<byte[]> FIELDS =
            List.of(bytes("data"), new byte[] {0, -1, 10, 13}, bytes("why"), bytes("é"));

    private StreamArchive archive;

    @BeforeEach
    void openArchive() {
        archive = link.archive(Duration.ofSeconds(10));
    }

    @Test
    void a_letter_moves_back_with_its_bytes_and_once() {
        StreamId letter = archive.append(DEAD, List.of(bytes("data"), bytes("x")));

        StreamId back = archive.move(DEAD, letter, STREAM, FIELDS);

        assertThat(back).isNotNull();
        assertThat(archive.length(DEAD)).isZero();
        assertThat(archive.range(STREAM, back, back, 1).get(0).fields())
                .usingElementComparator(java.util.Arrays::compare)
                .isEqualTo(FIELDS);
        assertThat(archive.move(DEAD, letter, STREAM, FIELDS)).isNull();
        assertThat(archive.length(STREAM)).isEqualTo(1);
    }

    @Test
    void a_letter_that_cannot_be_moved_stays() {
        StreamId letter = archive.append(DEAD, FIELDS);
        server().cli("SET", "text", "in the way");

        assertFault(Kind.WRONGTYPE, () -> archive.move(DEAD, letter, "text", FIELDS));

        assertThat(archive.length(DEAD)).isEqualTo(1);
    }

    @Test
    void a_letter_of_very_many_fields_moves_back_too() {
        List<byte[]> many = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            many.add(bytes("f" + i));
        }
        StreamId letter = archive.append(DEAD, many);

        StreamId back = archive.move(DEAD, letter, STREAM, many);

        assertThat(archive.range(STREAM, back, back, 1).get(0).fields()).hasSize(20_000);
        assertThat(archive.length(DEAD)).isZero();
    }

    @Test
    void a_move_that_was_cut_off_between_two_slots_appends_nothing_again() {
        // What a cluster does, its first half run twice: a process ended before the second.
        Caller caller = ((LettuceStreamArchive) archive).caller();
        List<byte[]> keys =
                List.of(bytes(STREAM), bytes(CompanionKeys.of(STREAM).moves()));
        List<byte[]> args = new ArrayList<>(List.of(bytes("dead/1-1"), bytes("60000")));
        args.addAll(FIELDS);

        Object first = caller.script(Script.APPEND_ONCE, keys, args).get(0);
        Object second = caller.script(Script.APPEND_ONCE, keys, args).get(0);

        assertThat(Replies.id(second)).isEqualTo(Replies.id(first));
        assertThat(archive.length(STREAM)).isEqualTo(1);
    }

    @Test
    void a_stream_is_seen_as_its_groups_see_it() {
        assertThat(archive.lastId("missing")).isNull();
        assertThat(archive.lastDelivered("missing", GROUP)).isNull();
        assertThat(archive.lastDelivered(STREAM, "missing")).isNull();
        StreamId id = add();
        assertThat(archive.lastDelivered(STREAM, GROUP)).isEqualTo(StreamId.MIN);
        readAll(ours);
        assertThat(archive.lastDelivered(STREAM, GROUP)).isEqualTo(id);
        assertThat(archive.pending(STREAM, GROUP, id)).isTrue();
        ours.ack(List.of(id));
        assertThat(archive.pending(STREAM, GROUP, id)).isFalse();
        server().cli("XDEL", STREAM, id.toString());
        assertThat(archive.lastId(STREAM)).isEqualTo(id);
    }

    @Test
    void a_group_that_exists_is_not_moved() {
        add("5-1");
        assertThat(archive.createGroup(STREAM, "fresh", new StreamId(4, 0))).isTrue();
        assertThat(archive.createGroup(STREAM, "fresh", StreamId.MIN)).isFalse();
        assertThat(archive.lastDelivered(STREAM, "fresh")).isEqualTo(new StreamId(4, 0));
    }

    @Test
    void what_a_replay_has_yet_to_read_is_not_trimmed_and_a_dead_replay_holds_nothing() {
        add("1-1");
        StreamId second = add("5-1");
        add("10-1");
        ours.ack(readAll(ours));
        archive.hold(STREAM, "gone", new StreamId(1, 1), Duration.ofMillis(1));
        archive.hold(STREAM, "slow", second, Duration.ofMinutes(1));

        Retained held = link.retention(NONE.plusSeconds(10)).trim(STREAM, EVERYTHING, -1, false);
        assertThat(held.removed()).isEqualTo(1);
        assertThat(held.heldBack()).isTrue();
        archive.hold(STREAM, "slow", new StreamId(10, 1), Duration.ofMinutes(1));
        assertThat(trimmed()).isEqualTo(1);
        archive.release(STREAM, "slow");
        assertThat(trimmed()).isEqualTo(1);
        assertThat(length(STREAM)).isZero();
    }

    private long trimmed() {
        return link.retention(Duration.ofSeconds(10))
                .trim(STREAM, EVERYTHING, -1, false)
                .removed();
    }
}
