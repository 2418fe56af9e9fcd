package dev.millrace.redis.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.redis.internal.RedisFault.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Creating a group, and reading from it. */
@Timeout(30)
abstract class ReadContract extends StreamGroupContract {

    private static final Duration A_WHILE = Duration.ofSeconds(8);

    @Test
    void a_group_is_created_once_at_the_wanted_place() {
        StreamId first = add();
        StreamId second = add();
        TestGroup late = new TestGroup(link, options(STREAM, "late", "c"));

        assertThat(late.create(first.toString()).created()).isTrue();
        assertThat(late.create("0").created()).isFalse();
        assertThat(late.read(10, NONE)).extracting(StreamEntry::id).containsExactly(second);
        assertFault(Kind.WRONGTYPE, () -> {
            server().cli("SET", "text", "x");
            link.group(options("text", "g", "c")).create("0");
        });
    }

    @Test
    void a_group_made_by_somebody_else_gets_its_epoch() {
        server().cli("XGROUP", "CREATE", STREAM, "by hand", "0");
        TestGroup byHand = new TestGroup(link, options(STREAM, "by hand", "c"));

        GroupState state = byHand.create("0");
        assertThat(state.created()).isFalse();
        assertThat(byHand.create("0").epoch()).isEqualTo(state.epoch()).isNotEmpty();
    }

    @Test
    void fields_come_byte_for_byte_in_their_order() {
        add("*", "b", "1", "a", "", "b", "é\r\n$");

        List<StreamEntry> entries = ours.read(10, NONE);

        assertThat(entries).hasSize(1);
        assertThat(entries.get(0).deliveryCount()).isEqualTo(1);
        assertThat(entries.get(0).fields())
                .containsExactly(bytes("b"), bytes("1"), bytes("a"), bytes(""), bytes("b"), bytes("é\r\n$"));
    }

    @Test
    void a_read_takes_no_more_than_asked() {
        addMany(5);
        assertThat(ours.read(3, A_WHILE)).hasSize(3);
        assertThat(ours.read(3, A_WHILE)).hasSize(2);
        assertThat(ours.read(3, NONE)).isEmpty();
        assertThat(ours.read(3, Duration.ofMillis(20))).isEmpty();
    }

    @Test
    void one_read_serves_several_streams_and_waits_for_all_of_them() throws Exception {
        link.group(options("others", GROUP, "ours")).create("0");
        List<String> both = List.of(STREAM, "others");
        StreamReader reader = ours.reader();
        StreamId first = add();
        StreamId second =
                StreamId.parse(server().cli("XADD", "others", "*", "data", "y").trim());

        Map<String, List<StreamEntry>> read = reader.read(both, 10, NONE);
        assertThat(read.get(STREAM)).extracting(StreamEntry::id).containsExactly(first);
        assertThat(read.get("others")).extracting(StreamEntry::id).containsExactly(second);

        var waiting = CompletableFuture.supplyAsync(() -> reader.read(both, 10, A_WHILE));
        awaitBlocked();
        server().cli("XADD", "others", "*", "data", "z");
        assertThat(waiting.get(5, TimeUnit.SECONDS)).containsOnlyKeys("others");
    }

    @Test
    void a_read_that_has_begun_goes_on_while_its_reader_does_something_else() throws Exception {
        StreamReader reader = ours.reader();
        StreamId first = add();
        StreamReader.Answer begun = reader.begin(List.of(STREAM), 10, NONE);
        awaitPending(first);
        StreamId second = add();

        assertThat(begun.await().get(STREAM)).extracting(StreamEntry::id).containsExactly(first);
        StreamReader.Answer blocked = reader.begin(List.of(STREAM), 1, A_WHILE);
        assertThat(blocked.await().get(STREAM)).extracting(StreamEntry::id).containsExactly(second);
    }

    @Test
    void what_is_pending_under_our_name_is_listed_after_an_id_and_nobody_elses_is() {
        TestGroup others = new TestGroup(link, options(STREAM, GROUP, "others"));
        List<StreamId> ids = addMany(5);
        ours.read(2, NONE);
        others.read(1, NONE);
        ours.read(2, NONE);

        assertThat(ours.own(null, 10))
                .extracting(PendingEntry::id)
                .containsExactly(ids.get(0), ids.get(1), ids.get(3), ids.get(4));
        assertThat(ours.own(ids.get(0), 2)).extracting(PendingEntry::id).containsExactly(ids.get(1), ids.get(3));
        assertThat(ours.own(ids.get(4), 10)).isEmpty();
    }

    @Test
    void a_waiting_read_gets_what_arrives() throws Exception {
        CompletableFuture<List<StreamEntry>> read = CompletableFuture.supplyAsync(() -> ours.read(10, A_WHILE));
        awaitBlocked();
        StreamId id = add();

        assertThat(read.get(5, TimeUnit.SECONDS)).extracting(StreamEntry::id).containsExactly(id);
    }

    @Test
    void a_waiting_read_is_ended_at_once_and_the_next_one_waits_again() throws Exception {
        for (int i = 0; i < 3; i++) {
            CompletableFuture<List<StreamEntry>> read = CompletableFuture.supplyAsync(() -> ours.read(10, A_WHILE));
            awaitBlocked();
            ours.unblock();
            assertThat(read.get(2, TimeUnit.SECONDS)).isEmpty();
        }
    }

    @Test
    void a_read_that_was_to_be_ended_before_it_began_does_not_wait() throws Exception {
        ours.unblock();
        assertThat(CompletableFuture.supplyAsync(() -> ours.read(10, A_WHILE)).get(2, TimeUnit.SECONDS))
                .isEmpty();
    }

    @Test
    void ending_a_read_at_any_moment_ends_it() throws Exception {
        ours.read(1, NONE);
        for (int i = 0; i < 200; i++) {
            CompletableFuture<List<StreamEntry>> read = CompletableFuture.supplyAsync(() -> ours.read(10, A_WHILE));
            for (int spin = 0; spin < i * 500; spin++) {
                Thread.onSpinWait();
            }
            ours.unblock();
            assertThat(read.get(3, TimeUnit.SECONDS)).isEmpty();
        }
    }

    @Test
    void a_read_on_a_new_connection_is_ended_too() throws Exception {
        ours.read(1, Duration.ofMillis(1));
        server().cli("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
        CompletableFuture<List<StreamEntry>> read = CompletableFuture.supplyAsync(this::readThroughReconnect);
        awaitBlocked();
        ours.unblock();
        assertThat(read.get(5, TimeUnit.SECONDS)).isEmpty();
    }

    private List<StreamEntry> readThroughReconnect() {
        while (true) {
            try {
                return ours.read(10, A_WHILE);
            } catch (RedisFaultException e) {
                assertThat(e.fault().kind()).isIn(Kind.NOT_CONNECTED, Kind.CONNECTION_LOST);
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void closing_ends_a_waiting_read() throws Exception {
        CompletableFuture<Void> read =
                CompletableFuture.runAsync(() -> assertFault(Kind.CLOSED, () -> ours.read(10, A_WHILE)));
        awaitBlocked();
        ours.close();
        read.get(5, TimeUnit.SECONDS);
        assertFault(Kind.CLOSED, () -> ours.read(1, NONE));
        assertFault(Kind.CLOSED, ours::pending);
    }

    @Test
    void an_interrupt_does_not_lose_the_answer() throws Exception {
        CompletableFuture<List<StreamEntry>> read = new CompletableFuture<>();
        Thread reader = new Thread(() -> read.complete(ours.read(10, A_WHILE)));
        reader.start();
        awaitBlocked();
        reader.interrupt();
        StreamId id = add();

        assertThat(read.get(5, TimeUnit.SECONDS)).extracting(StreamEntry::id).containsExactly(id);
        reader.join();
    }

    @Test
    void a_group_that_goes_while_a_read_waits_is_told() throws Exception {
        CompletableFuture<Void> read =
                CompletableFuture.runAsync(() -> assertFault(Kind.NOGROUP, () -> ours.read(10, A_WHILE)));
        awaitBlocked();
        server().cli("DEL", STREAM);
        read.get(5, TimeUnit.SECONDS);
    }

    private void awaitPending(StreamId id) throws InterruptedException {
        await(
                id + " is read",
                () -> ours.own(null, 10).stream().anyMatch(row -> row.id().equals(id)));
    }

    private void awaitBlocked() throws InterruptedException {
        await("a read waits", () -> server().cli("INFO", "clients").contains("blocked_clients:1"));
    }

    private static void await(String what, BooleanSupplier state) throws InterruptedException {
        for (int i = 0; i < 500; i++) {
            if (state.getAsBoolean()) {
                return;
            }
            Thread.sleep(10);
        }
        throw new AssertionError("never: " + what);
    }
}
