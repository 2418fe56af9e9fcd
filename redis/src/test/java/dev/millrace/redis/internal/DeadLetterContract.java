package dev.millrace.redis.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.redis.internal.RedisFault.Kind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Dead letters: what is moved there is moved once, by its owner, and never lost on the way. */
abstract class DeadLetterContract extends StreamGroupContract {

    private static final String DEAD = CompanionKeys.of(STREAM).deadLetters();
    private static final List<byte[]> FIELDS =
            List.of(bytes("data"), new byte[] {0, -1, 10, 13}, bytes("why"), bytes("é"));

    private DeadLetterMove letter(StreamId id, KeyClaim claim) {
        return new DeadLetterMove(id, DEAD, FIELDS, claim, true, false);
    }

    @Test
    void a_dead_letter_keeps_its_bytes_settles_the_entry_and_frees_the_key() {
        StreamId id = add();
        readAll(ours);
        ours.claims().claim(epoch, List.of(wish(id, key(1))));

        Buried buried = ours.deadLetter(epoch, letter(id, wish(id, key(1))));
        assertThat(buried.ownership()).isEqualTo(Ownership.OURS);
        assertThat(buried.letter()).as("for whoever wants to find it").hasToString(lastOf(DEAD));

        TestGroup reader = new TestGroup(link, options(DEAD, "operators", "o"));
        reader.create("0");
        List<StreamEntry> dead = reader.read(10, NONE);
        assertThat(dead).hasSize(1);
        assertThat(dead.get(0).fields())
                .usingElementComparator(java.util.Arrays::compare)
                .isEqualTo(FIELDS);
        assertThat(ours.pending()).isZero();
        assertThat(ours.claims().claim(epoch, List.of(wish(add(), key(1))))).containsOnlyNulls();
    }

    @Test
    void whoever_was_stopped_cannot_claim_for_an_entry_that_was_given_up_meanwhile_so_that_it_can_come_back() {
        StreamId id = add();
        readAll(ours);
        ours.claims().claim(epoch, List.of(wish(id, key(1))));
        ours.deadLetter(epoch, letter(id, wish(id, key(1))));

        assertThat(theirs.claims().claim(epoch, List.of(wish(id, key(1))))).containsExactly(new KeyHolder(id, 1));
        assertThat(theirs.claims().find(epoch, key(1))).isNull();
        StreamId redriven = add();
        assertThat(ours.claims().claim(epoch, List.of(wish(redriven, key(1))))).containsOnlyNulls();
        assertThat(theirs.claims().find(epoch, key(1))).isEqualTo(new KeyHolder(redriven, 1));
        assertThat(theirs.claims().claim(epoch, List.of(wish(id, key(1))))).containsExactly(new KeyHolder(redriven, 1));
    }

    private String lastOf(String stream) {
        return server().cli("XREVRANGE", stream, "+", "-", "COUNT", "1")
                .lines()
                .findFirst()
                .orElse("");
    }

    @Test
    void a_key_that_another_entry_holds_stays_held() {
        StreamId holder = add();
        StreamId id = add();
        readAll(ours);
        ours.claims().claim(epoch, List.of(wish(holder, key(1))));

        ours.deadLetter(epoch, letter(id, wish(id, key(1))));

        assertThat(ours.claims().claim(epoch, List.of(wish(id, key(1))))).containsExactly(new KeyHolder(holder, 1));
    }

    @Test
    void only_the_owner_moves_an_entry() {
        StreamId lost = add();
        StreamId settled = add();
        StreamId trimmed = add();
        readAll(ours);
        theirs.take(List.of(lost), NONE);
        ours.ack(List.of(settled, trimmed));
        server().cli("XDEL", STREAM, trimmed.toString());

        assertThat(ours.deadLetter(epoch, letter(lost, null)).ownership()).isEqualTo(Ownership.LOST);
        assertThat(ours.deadLetter(epoch, letter(settled, null)).ownership()).isEqualTo(Ownership.SETTLED);
        assertThat(ours.deadLetter(epoch, letter(trimmed, null)).ownership()).isEqualTo(Ownership.TRIMMED);
        assertThat(length(DEAD)).isZero();
        assertThat(pendingRow(lost)).isEqualTo("theirs 2");
    }

    @Test
    void what_a_group_created_anew_never_gives_to_anybody_is_moved_from_memory_and_the_rest_by_who_gets_it() {
        StreamId passed = add();
        StreamId again = add();
        readAll(ours);
        server().cli("XGROUP", "DESTROY", STREAM, GROUP);
        epoch = theirs.create(passed.toString()).epoch();

        assertThat(ours.deadLetter(epoch, letter(passed, null)).ownership()).isEqualTo(Ownership.TRIMMED);
        assertThat(ours.deadLetter(epoch, letter(again, null)).ownership()).isEqualTo(Ownership.SETTLED);
        readAll(theirs);
        assertThat(theirs.deadLetter(epoch, letter(again, null)).ownership()).isEqualTo(Ownership.OURS);
        assertThat(ours.deadLetter(epoch, letter(again, null)).ownership()).isEqualTo(Ownership.SETTLED);
        assertThat(length(DEAD)).isEqualTo(1);
    }

    @Test
    void a_process_whose_name_is_anothers_by_now_moves_nothing() {
        StreamId id = add();
        readAll(ours);
        ours.claims().claim(epoch, List.of(wish(id, key(1))));
        server().cli("SET", CompanionKeys.of(STREAM).holder(GROUP, "ours"), "another process");

        assertThat(ours.deadLetter(epoch, letter(id, wish(id, key(1)))).ownership())
                .isEqualTo(Ownership.LOST);

        assertThat(length(DEAD)).isZero();
        assertThat(pendingRow(id)).isEqualTo("ours 1");
        assertThat(theirs.claims().claim(epoch, List.of(wish(add(), key(1))))).containsExactly(new KeyHolder(id, 1));
    }

    @Test
    void what_was_trimmed_under_us_is_moved_from_memory() {
        StreamId id = add();
        readAll(ours);
        server().cli("XDEL", STREAM, id.toString());

        assertThat(ours.deadLetter(epoch, new DeadLetterMove(id, DEAD, FIELDS, null, true, true))
                        .ownership())
                .isEqualTo(Ownership.OURS);
        assertThat(length(DEAD)).isEqualTo(1);
        assertThat(ours.pending()).isZero();
    }

    @Test
    void an_entry_with_events_under_way_stays_pending() {
        StreamId id = add();
        readAll(ours);

        ours.deadLetter(epoch, new DeadLetterMove(id, DEAD, FIELDS, null, false, false));

        assertThat(length(DEAD)).isEqualTo(1);
        assertThat(pendingRow(id)).isEqualTo("ours 1");
    }

    @Test
    void dead_letters_that_cannot_be_written_leave_the_entry_pending_and_its_key_held() {
        StreamId id = add();
        readAll(ours);
        ours.claims().claim(epoch, List.of(wish(id, key(1))));
        server().cli("SET", DEAD, "in the way");

        assertFault(Kind.WRONGTYPE, () -> ours.deadLetter(epoch, letter(id, wish(id, key(1)))));

        assertThat(pendingRow(id)).isEqualTo("ours 1");
        assertThat(theirs.claims().claim(epoch, List.of(wish(add(), key(1))))).containsExactly(new KeyHolder(id, 1));
    }

    @Test
    void an_entry_of_very_many_fields_is_moved_too() {
        StreamId id = add();
        readAll(ours);
        List<byte[]> many = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            many.add(bytes("f" + i));
        }

        assertThat(ours.deadLetter(epoch, new DeadLetterMove(id, DEAD, many, wish(id, key(1)), true, false))
                        .ownership())
                .isEqualTo(Ownership.OURS);
        assertThat(theirs.deadLetter(epoch, new DeadLetterMove(id, DEAD, many, null, true, false))
                        .ownership())
                .isEqualTo(Ownership.SETTLED);
        assertThat(length(DEAD)).isEqualTo(1);
        assertThat(ours.pending()).isZero();
    }

    @Test
    void dead_letters_are_bounded() {
        List<StreamId> ids = addMany(2_000);
        readAll(ours);
        long dropped = 0;
        for (StreamId id : ids) {
            dropped += ours.deadLetter(epoch, letter(id, null)).dropped();
        }

        assertThat(length(DEAD)).isBetween(1_000L, 1_200L);
        assertThat(dropped).as("told, so that it can be counted").isEqualTo(2_000 - length(DEAD));
    }
}
