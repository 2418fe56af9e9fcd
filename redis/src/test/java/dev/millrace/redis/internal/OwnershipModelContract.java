package dev.millrace.redis.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Random steps of two consumers, against a model of who has what and how often it was delivered. */
abstract class OwnershipModelContract extends StreamGroupContract {

    private static final int ROUNDS = 400;

    private final Random random = new Random(2026);
    private final Map<StreamId, Pending> pending = new TreeMap<>();
    private final Set<StreamId> inStream = new HashSet<>();
    private final List<StreamId> known = new ArrayList<>();

    private record Pending(TestGroup owner, long deliveries) {}

    @Test
    void two_consumers_never_have_the_same_entry_and_no_delivery_goes_uncounted() {
        for (int round = 0; round < ROUNDS; round++) {
            TestGroup who = random.nextBoolean() ? ours : theirs;
            switch (random.nextInt(6)) {
                case 0 -> addSome();
                case 1 -> who.read(random.nextInt(5) + 1, NONE).forEach(entry -> noteRead(who, entry));
                case 2 -> take(who, some());
                case 3 -> touch(who, some());
                case 4 -> ack(who, some());
                default -> delete(some());
            }
            assertThat(actual()).as("after round " + round).isEqualTo(expected());
        }
        assertThat(pending).as("something was left to compare").isNotEmpty();
    }

    private void addSome() {
        addMany(random.nextInt(6) + 1).forEach(id -> {
            known.add(id);
            inStream.add(id);
        });
    }

    private void noteRead(TestGroup who, StreamEntry entry) {
        pending.put(entry.id(), new Pending(who, 1));
    }

    private List<StreamId> some() {
        Set<StreamId> ids = new HashSet<>();
        for (int i = 0; i < 6 && !known.isEmpty(); i++) {
            ids.add(known.get(Math.max(0, known.size() - 1 - random.nextInt(25))));
        }
        return List.copyOf(ids);
    }

    private void take(TestGroup who, List<StreamId> ids) {
        Set<StreamId> taken = new HashSet<>();
        Set<StreamId> missing = new HashSet<>();
        for (StreamId id : ids) {
            Pending row = pending.get(id);
            if (row != null && inStream.contains(id)) {
                taken.add(id);
                pending.put(id, new Pending(who, row.deliveries + 1));
            } else if (row != null) {
                missing.add(id);
                pending.remove(id);
            }
        }
        Taken answer = who.take(ids, NONE);
        assertThat(answer.missing()).containsExactlyInAnyOrderElementsOf(missing);
        assertThat(answer.entries()).extracting(StreamEntry::id).containsExactlyInAnyOrderElementsOf(taken);
        answer.entries()
                .forEach(entry -> assertThat(entry.deliveryCount()).isEqualTo(pending.get(entry.id()).deliveries));
    }

    private void touch(TestGroup who, List<StreamId> ids) {
        List<Touch> touches = new ArrayList<>();
        List<Ownership> expected = new ArrayList<>();
        for (StreamId id : ids) {
            Touch touch = random.nextBoolean() ? Touch.keepAlive(id) : new Touch(id, random.nextInt(9));
            touches.add(touch);
            Pending row = pending.get(id);
            if (row == null) {
                expected.add(inStream.contains(id) ? Ownership.SETTLED : Ownership.TRIMMED);
            } else if (row.owner != who) {
                expected.add(Ownership.LOST);
            } else if (!inStream.contains(id)) {
                expected.add(Ownership.TRIMMED);
                pending.remove(id);
            } else {
                expected.add(Ownership.OURS);
                long count = touch.deliveryCount() == Touch.KEEP ? row.deliveries : touch.deliveryCount();
                pending.put(id, new Pending(who, count));
            }
        }
        assertThat(who.touch(touches, NONE)).isEqualTo(expected);
    }

    private void ack(TestGroup who, List<StreamId> ids) {
        long count = ids.stream().filter(id -> pending.remove(id) != null).count();
        assertThat(who.ack(ids)).isEqualTo(count);
    }

    private void delete(List<StreamId> ids) {
        if (!ids.isEmpty() && random.nextInt(3) == 0) {
            server().cli("XDEL", STREAM, ids.get(0).toString());
            inStream.remove(ids.get(0));
        }
    }

    private List<String> expected() {
        List<String> rows = new ArrayList<>();
        pending.forEach((id, row) -> rows.add(id + " " + (row.owner == ours ? "ours " : "theirs ") + row.deliveries));
        return rows;
    }

    private List<String> actual() {
        return ours.idle(NONE, null, 10_000).stream()
                .map(row -> row.id() + " " + row.consumer() + " " + row.deliveryCount())
                .toList();
    }
}
