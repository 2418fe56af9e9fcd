package dev.millrace.redis.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.redis.internal.RedisFault.Kind;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whose an entry is: refresh, hand-back, takeover, ack, and leaving. */
abstract class OwnershipContract extends StreamGroupContract {

    @Test
    void refreshing_resets_the_idle_time_and_leaves_the_delivery_count() {
        StreamId id = add();
        readAll(ours);

        assertThat(ours.touch(List.of(Touch.keepAlive(id)), LONG)).containsExactly(Ownership.OURS);
        PendingEntry handedBack = ours.idle(NONE, null, 10).get(0);
        assertThat(handedBack.idleMillis()).isGreaterThanOrEqualTo(LONG.toMillis());
        assertThat(handedBack.deliveryCount()).isEqualTo(1);

        ours.touch(List.of(Touch.keepAlive(id)), NONE);
        assertThat(ours.idle(LONG, null, 10)).isEmpty();
        assertThat(pendingRow(id)).isEqualTo("ours 1");
    }

    @Test
    void a_refresh_never_takes_an_entry_back_from_its_new_owner() {
        StreamId id = add();
        readAll(ours);
        theirs.take(List.of(id), NONE);

        assertThat(ours.touch(List.of(Touch.keepAlive(id)), NONE)).containsExactly(Ownership.LOST);
        assertThat(pendingRow(id)).isEqualTo("theirs 2");
    }

    @Test
    void a_refresh_tells_settled_from_trimmed_and_answers_in_order() {
        StreamId trimmed = add();
        StreamId settled = add();
        StreamId kept = add();
        StreamId settledAndGone = add();
        readAll(ours);
        ours.ack(List.of(settled, settledAndGone));
        server().cli("XDEL", STREAM, trimmed.toString(), settledAndGone.toString());

        List<Touch> touches = List.of(
                Touch.keepAlive(kept), Touch.keepAlive(trimmed), new Touch(settled, 3), new Touch(settledAndGone, 3));
        assertThat(ours.touch(touches, NONE))
                .containsExactly(Ownership.OURS, Ownership.TRIMMED, Ownership.SETTLED, Ownership.TRIMMED);
        assertThat(pendingRow(trimmed)).as("forgotten by Redis with that").isEmpty();
    }

    @Test
    void what_a_group_created_anew_never_gives_to_anybody_is_told_from_what_it_has_yet_to_give() {
        List<StreamId> ids = List.of(add("5-9"), add("6-2"), add("6-10"), add("7-1"));
        readAll(ours);
        server().cli("XGROUP", "DESTROY", STREAM, GROUP);
        assertThat(theirs.create("6-2").created()).isTrue();

        List<Touch> touches = ids.stream().map(Touch::keepAlive).toList();
        assertThat(ours.touch(touches, NONE))
                .containsExactly(Ownership.TRIMMED, Ownership.TRIMMED, Ownership.SETTLED, Ownership.SETTLED);
        theirs.ack(List.of(readAll(theirs).get(0)));
        assertThat(ours.touch(touches, NONE))
                .as("given to another, and settled by it")
                .containsExactly(Ownership.TRIMMED, Ownership.TRIMMED, Ownership.SETTLED, Ownership.LOST);
    }

    @Test
    void an_id_with_more_digits_than_numbers_hold_is_told_from_its_neighbours() {
        List<StreamId> ids =
                List.of(add("9007199254740993-18446744073709551613"), add("9007199254740993-18446744073709551615"));
        readAll(ours);
        server().cli("XGROUP", "DESTROY", STREAM, GROUP);
        theirs.create("9007199254740993-18446744073709551614");

        assertThat(ours.touch(ids.stream().map(Touch::keepAlive).toList(), NONE))
                .containsExactly(Ownership.TRIMMED, Ownership.SETTLED);
    }

    @Test
    void where_nobody_knows_how_the_group_began_what_it_does_not_hold_runs_on_from_memory() {
        StreamId settled = add();
        readAll(ours);
        ours.ack(List.of(settled));
        server().cli("DEL", CompanionKeys.of(STREAM).epoch(GROUP));
        List<Touch> touch = List.of(Touch.keepAlive(settled));
        assertThat(ours.touch(touch, NONE)).containsExactly(Ownership.TRIMMED);

        server().cli("SET", CompanionKeys.of(STREAM).epoch(GROUP), "named without a beginning");
        assertThat(ours.touch(touch, NONE)).containsExactly(Ownership.SETTLED);
    }

    @Test
    void a_group_whose_epoch_was_lost_still_gives_what_is_pending_in_it() {
        List<StreamId> ids = List.of(add("4-0"), add("5-0"), add("5-1"), add("6-0"));
        readAll(ours);
        ours.ack(ids.subList(0, 1));
        server().cli("DEL", CompanionKeys.of(STREAM).epoch(GROUP));
        assertThat(theirs.create("0").epoch()).endsWith("@4-18446744073709551615");
        ours.ack(ids);

        assertThat(ours.touch(ids.stream().map(Touch::keepAlive).toList(), NONE))
                .containsExactly(Ownership.TRIMMED, Ownership.SETTLED, Ownership.SETTLED, Ownership.SETTLED);

        server().cli("DEL", CompanionKeys.of(STREAM).epoch(GROUP));
        assertThat(theirs.create("0").epoch()).as("nothing is pending").endsWith("@6-0");
    }

    @Test
    void attempts_are_written_as_the_delivery_count_each_their_own() {
        List<StreamId> ids = List.of(add(), add(), add());
        readAll(ours);

        ours.touch(List.of(new Touch(ids.get(0), 4), Touch.keepAlive(ids.get(1)), new Touch(ids.get(2), 0)), NONE);

        assertThat(ids).extracting(this::pendingRow).containsExactly("ours 4", "ours 1", "ours 0");
    }

    @Test
    void a_takeover_takes_only_what_is_idle_counts_it_and_brings_the_body() {
        StreamId idle = add("*", "data", "é\u0000\n");
        StreamId busy = add();
        readAll(ours);
        ours.touch(List.of(Touch.keepAlive(idle)), LONG);

        Taken taken = theirs.take(List.of(idle, busy), LONG);

        assertThat(taken.missing()).isEmpty();
        assertThat(taken.entries()).hasSize(1);
        assertThat(taken.entries().get(0).id()).isEqualTo(idle);
        assertThat(taken.entries().get(0).deliveryCount()).isEqualTo(2);
        assertThat(taken.entries().get(0).fields()).containsExactly(bytes("data"), bytes("é\u0000\n"));
        assertThat(pendingRow(idle)).isEqualTo("theirs 2");
        assertThat(pendingRow(busy)).isEqualTo("ours 1");
    }

    @Test
    void a_takeover_reports_what_is_no_longer_in_the_stream() {
        StreamId gone = add();
        StreamId there = add();
        readAll(ours);
        server().cli("XDEL", STREAM, gone.toString());

        Taken taken = theirs.take(List.of(gone, there), NONE);

        assertThat(taken.missing()).containsExactly(gone);
        assertThat(taken.entries()).extracting(StreamEntry::id).containsExactly(there);
        assertThat(ours.pending()).isEqualTo(1);
    }

    @Test
    void a_name_is_held_by_one_process_until_that_lets_go_or_falls_silent() {
        StreamGroup namesake = consumer("ours");
        assertThat(ours.holdName(Duration.ofSeconds(30))).isNull();
        assertThat(ours.holdName(Duration.ofSeconds(20))).as("again").isNull();
        assertThat(namesake.holdName(Duration.ofSeconds(30))).isBetween(Duration.ofSeconds(10), Duration.ofSeconds(20));
        assertThat(theirs.holdName(Duration.ofSeconds(30))).as("another name").isNull();

        assertThat(namesake.removeConsumer()).as("another's").isFalse();
        assertThat(ours.removeConsumer()).isTrue();
        assertThat(namesake.holdName(Duration.ofMillis(1))).isNull();
        Duration others = ours.holdName(Duration.ofSeconds(30));
        for (int tries = 0; others != null && tries < 5_000; tries++) {
            others = ours.holdName(Duration.ofSeconds(30));
        }
        assertThat(others).isNull();
    }

    @Test
    void nothing_is_touched_or_taken_under_a_name_that_another_process_has_by_now() {
        StreamId id = add();
        readAll(ours);
        StreamGroup namesake = consumer("ours");
        assertThat(namesake.holdName(Duration.ofSeconds(30))).isNull();

        assertThat(ours.touch(List.of(Touch.keepAlive(id)), NONE)).containsExactly(Ownership.LOST);
        assertThat(ours.take(List.of(id), NONE).entries()).isEmpty();
        assertThat(namesake.touch(List.of(Touch.keepAlive(id)), NONE)).containsExactly(Ownership.OURS);
        assertThat(namesake.take(List.of(id), NONE).entries()).hasSize(1);
    }

    @Test
    void names_that_were_long_silent_go_and_those_with_something_pending_stay() {
        TestGroup done = consumer("done");
        add();
        done.ack(readAll(done));
        add();
        theirs.ack(readAll(theirs));
        add();
        readAll(ours);

        assertThat(theirs.removeIdle(Duration.ofHours(1)))
                .as("not that long silent")
                .isEmpty();
        assertThat(theirs.removeIdle(NONE))
                .as("neither the busy one nor our own")
                .containsExactly("done");
        assertThat(ours.pending()).isEqualTo(1);
    }

    @Test
    void only_one_of_two_takes_an_idle_entry() {
        StreamId id = add();
        readAll(ours);
        ours.touch(List.of(Touch.keepAlive(id)), LONG);

        assertThat(theirs.take(List.of(id), LONG).entries()).hasSize(1);
        assertThat(consumer("third").take(List.of(id), LONG).entries()).isEmpty();
    }

    @Test
    void idle_entries_are_listed_page_by_page() {
        List<StreamId> ids = addMany(5);
        readAll(ours);

        List<PendingEntry> first = theirs.idle(NONE, null, 2);
        List<PendingEntry> rest = theirs.idle(NONE, first.get(1).id(), 10);

        assertThat(first).extracting(PendingEntry::id).containsExactly(ids.get(0), ids.get(1));
        assertThat(rest).extracting(PendingEntry::id).containsExactly(ids.get(2), ids.get(3), ids.get(4));
        assertThat(rest.get(0).consumer()).isEqualTo("ours");
    }

    @Test
    void an_ack_counts_what_was_pending_whoever_had_it() {
        List<StreamId> ids = addMany(3);
        readAll(ours);

        assertThat(theirs.ack(ids.subList(0, 2))).isEqualTo(2);
        assertThat(ours.ack(ids)).isEqualTo(1);
        assertThat(ours.ack(List.of())).isZero();
        assertThat(ours.pending()).isZero();
    }

    @Test
    void a_name_with_something_pending_is_not_removed() {
        StreamId id = add();
        readAll(ours);

        assertThat(ours.removeConsumer()).isFalse();
        assertThat(pendingRow(id)).isEqualTo("ours 1");
        ours.ack(List.of(id));
        assertThat(ours.removeConsumer()).isTrue();
        assertThat(server().cli("XINFO", "CONSUMERS", STREAM, GROUP)).doesNotContain("ours");
        assertThat(consumer("never seen").removeConsumer()).isTrue();
    }

    @Test
    void ten_thousand_entries_are_read_refreshed_taken_and_acked() {
        List<StreamId> ids = addMany(10_000);
        assertThat(readAll(ours)).isEqualTo(ids);
        for (int from = 0; from < ids.size(); from += 1_000) {
            List<StreamId> page = ids.subList(from, from + 1_000);
            assertThat(ours.touch(page.stream().map(Touch::keepAlive).toList(), LONG))
                    .containsOnly(Ownership.OURS);
            assertThat(theirs.take(page, LONG).entries()).hasSize(1_000);
            assertThat(theirs.ack(page)).isEqualTo(1_000);
        }
        assertThat(ours.pending()).isZero();
    }

    @Test
    void too_many_in_one_call_are_refused() {
        List<StreamId> many = Collections.nCopies(1_001, new StreamId(1, 1));
        assertThatThrownBy(() -> ours.take(many, NONE))
                .hasMessageContaining("1001")
                .hasMessageContaining("1000");
        assertThatThrownBy(() -> ours.touch(many.stream().map(Touch::keepAlive).toList(), NONE))
                .hasMessageContaining("1001");
    }

    @Test
    void a_lost_group_is_told_by_every_step() {
        StreamId id = add();
        readAll(ours);
        server().cli("XGROUP", "DESTROY", STREAM, GROUP);

        assertFault(Kind.NOGROUP, () -> ours.read(1, Duration.ZERO));
        assertFault(Kind.NOGROUP, () -> ours.touch(List.of(Touch.keepAlive(id)), NONE));
        assertFault(Kind.NOGROUP, () -> ours.take(List.of(id), NONE));
        assertFault(Kind.NOGROUP, () -> ours.idle(NONE, null, 1));
        assertFault(Kind.NOGROUP, ours::pending);
        assertThat(ours.removeConsumer()).as("gone with the group").isTrue();
    }

    @Test
    void scripts_that_redis_forgot_are_sent_again() {
        StreamId id = add();
        readAll(ours);
        ours.touch(List.of(Touch.keepAlive(id)), NONE);
        server().cli("SCRIPT", "FLUSH");

        assertThat(ours.touch(List.of(Touch.keepAlive(id)), NONE)).containsExactly(Ownership.OURS);
    }
}
