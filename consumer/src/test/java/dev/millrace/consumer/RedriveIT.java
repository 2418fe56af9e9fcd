package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.event.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What was given up is sent on its way again, for its group alone. */
@Timeout(180)
class RedriveIT extends DeadLetterTests {

    @Test
    void a_redriven_event_is_handled_by_its_group_alone_also_after_the_window() throws Exception {
        Set<Object> broken = ConcurrentHashMap.newKeySet();
        broken.add(1);
        AtomicInteger billing = new AtomicInteger();
        AtomicInteger shipping = new AtomicInteger();
        AtomicInteger mailing = new AtomicInteger();
        try (ConsumerServer one = failing("billing", billing, broken);
                ConsumerServer two = failing("shipping", shipping, Set.of());
                ConsumerServer three = failing("mailing", mailing, Set.of())) {
            one.start();
            two.start();
            three.start();
            stream.add("order.paid", "{\"n\":1}");
            await().until(() -> letters.count(ALL).total() == 1 && shipping.get() == 1 && mailing.get() == 1);
            Instant died = letters.browse(ALL, null, 1).get(0).at();
            await().until(() -> Instant.now().isAfter(died.plusSeconds(2)));
            broken.clear();

            RedriveReport report = letters.redrive(Redrive.all().stopAtFirstFailure(Duration.ofSeconds(30)));

            assertThat(report.end()).isEqualTo(RedriveReport.End.DONE);
            assertThat(report.redriven()).isEqualTo(1);
            await().untilAsserted(() -> assertThat(billing).hasValue(2));
            await().until(() -> allDelivered(3));
            for (ConsumerServer other : List.of(two, three)) {
                await().untilAsserted(() -> assertThat(other.pending()).isZero());
                assertThat(other.status().totals().notForUs()).isEqualTo(1);
            }
            assertThat(shipping).hasValue(1);
            assertThat(mailing).hasValue(1);
            assertThat(letters.count(ALL).total()).isZero();
        }
    }

    /** Whether each of so many groups was given the stream's last entry. */
    private boolean allDelivered(int groups) {
        String last = lastEntry();
        return REDIS.server()
                        .cli("XINFO", "GROUPS", stream.name())
                        .lines()
                        .filter(last::equals)
                        .count()
                == groups;
    }

    private String lastEntry() {
        return REDIS.server()
                .cli("XREVRANGE", stream.name(), "+", "-", "COUNT", "1")
                .lines()
                .findFirst()
                .orElse("");
    }

    @Test
    void redriving_a_thousand_by_a_filter_takes_those_and_no_others_and_a_dry_run_writes_nothing() throws Exception {
        group(TestStream.GROUP);
        bury(1_000, "order.paid");
        bury(50, "order.shipped");
        Redrive paid = Redrive.of(ALL.type("order.paid").reason(DeadLetterReason.RETRIES_EXHAUSTED));

        RedriveReport dry = letters.redrive(paid.dryRun());
        assertThat(dry.redriven()).isEqualTo(1_000);
        assertThat(dry.byType()).containsExactly(Map.entry("order.paid", 1_000L));
        assertThat(length()).isZero();
        assertThat(letters.count(ALL).total()).isEqualTo(1_050);

        RedriveReport few = letters.redrive(paid.most(10));
        assertThat(few.end()).isEqualTo(RedriveReport.End.MOST_REACHED);
        assertThat(few.redriven()).isEqualTo(10);
        RedriveReport rest = letters.redrive(paid);
        assertThat(rest.redriven()).isEqualTo(990);
        assertThat(length()).isEqualTo(1_000);
        assertThat(letters.count(ALL).byType()).containsExactly(Map.entry("order.shipped", 50L));
        assertThat(letters.count(ALL.type("order.paid")).total()).isZero();
    }

    @Test
    void it_stops_at_the_first_that_fails_again_and_tells_which() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        group(TestStream.GROUP);
        bury(20, "order.paid");
        try (ConsumerServer server = failing(TestStream.GROUP, calls, Set.of(3))) {
            server.start();
            RedriveReport report = letters.redrive(Redrive.all().stopAtFirstFailure(Duration.ofSeconds(30)));

            assertThat(report.end()).isEqualTo(RedriveReport.End.FAILED_AGAIN);
            assertThat(report.redriven()).isEqualTo(4);
            assertThat(calls).hasValue(4);
            assertThat(letters.count(ALL).total()).isEqualTo(17);
            DeadLetter renewed =
                    letters.show(String.valueOf(report.stoppedAt())).orElseThrow();
            assertThat(renewed.redriven()).isEqualTo(1);
            assertThat(renewed.failure().exception()).isEqualTo("java.lang.IllegalStateException");
        }
    }

    @Test
    void it_stops_where_nobody_handles_what_goes_back() throws Exception {
        group(TestStream.GROUP);
        bury(3, "order.paid");

        RedriveReport report = letters.redrive(Redrive.all().stopAtFirstFailure(Duration.ofMillis(100)));

        assertThat(report.end()).isEqualTo(RedriveReport.End.NO_OUTCOME);
        assertThat(report.redriven()).isEqualTo(1);
    }

    @Test
    void what_cannot_succeed_stays_unless_forced_and_is_told() throws Exception {
        bury(1, "order.paid");
        RedriveReport noGroup = letters.redrive(Redrive.all());
        assertThat(noGroup.refused()).containsExactly(Map.entry(RedriveReport.Refusal.NO_GROUP, 1L));
        group(TestStream.GROUP);
        stream.buryRaw(List.of("some", "thing"), TestStream.GROUP, "MALFORMED", 0);
        stream.buryRaw(List.of("data", stream.envelope("order.paid", "{}")), TestStream.GROUP, "INVALID", 3);
        REDIS.server().cli("XADD", stream.dead(), "*", "written", "by hand");

        assertThat(letters.redrive(Redrive.all()).refused())
                .containsOnly(
                        Map.entry(RedriveReport.Refusal.UNREADABLE, 1L),
                        Map.entry(RedriveReport.Refusal.TOO_OFTEN, 1L),
                        Map.entry(RedriveReport.Refusal.FOREIGN, 1L));
        RedriveReport forced = letters.redrive(Redrive.all().force());
        assertThat(forced.redriven()).isEqualTo(2);
        assertThat(forced.refused()).containsExactly(Map.entry(RedriveReport.Refusal.FOREIGN, 1L));
        assertThat(length()).isEqualTo(3);
    }

    @Test
    void a_letter_written_twice_goes_back_once() throws Exception {
        group(TestStream.GROUP);
        List<String> fields = List.of("data", stream.envelope("order.paid", "{}"));
        stream.buryEntry("5-1", fields, TestStream.GROUP);
        stream.buryEntry("5-1", fields, TestStream.GROUP);
        stream.buryEntry("5-1", fields, "another-group");

        assertThat(letters.count(ALL).total()).isEqualTo(2);
        assertThat(letters.browse(ALL, null, 10)).hasSize(2);
        RedriveReport report = letters.redrive(Redrive.of(ALL.group(TestStream.GROUP)));
        assertThat(report.redriven()).isEqualTo(1);
        assertThat(report.repeats()).isEqualTo(1);
        assertThat(length()).isEqualTo(1);
    }

    @Test
    void of_a_batch_entry_only_the_failed_event_is_handled_again() throws Exception {
        String batch = TestStream.nodeBatch("order.paid", "{\"n\":0}", "{\"n\":1}", "{\"n\":2}");
        Set<Object> broken = ConcurrentHashMap.newKeySet();
        broken.add(1);
        AtomicInteger calls = new AtomicInteger();
        Set<Object> redriven = ConcurrentHashMap.newKeySet();
        try (ConsumerServer server = failing(TestStream.GROUP, calls, broken)) {
            server.addHandler("**", Map.class, (body, header, delivery) -> {
                if (delivery.redriven() > 0) {
                    redriven.add(body.get("n") + " at " + delivery.index());
                }
            });
            server.start();
            stream.addRaw("data", batch);
            await().until(() -> letters.count(ALL).total() == 1 && stream.pending() == 0);
            broken.clear();
            DeadLetter letter = letters.browse(ALL, null, 1).get(0);
            assertThat(letter.index()).isEqualTo(1);

            letters.redrive(letter.id(), Redrive.all());

            await().until(() -> !redriven.isEmpty() && stream.pending() == 0);
            assertThat(redriven).containsExactly("1 at 1");
            assertThat(calls).hasValue(4);
        }
    }

    @Test
    void an_event_that_a_transformer_gave_a_new_id_is_no_duplicate_of_itself_once_it_is_redriven() throws Exception {
        stream.add("order.paid", "{\"n\":1}");
        AtomicBoolean broken = new AtomicBoolean(true);
        AtomicInteger handled = new AtomicInteger();
        try (ConsumerServer server = stream.server()
                .transform((header, body) ->
                        new Event(header.toBuilder().id("new-" + header.id()).build(), body))
                .build()) {
            server.addHandler("order.paid", Map.class, (body, header) -> {
                        if (broken.get()) {
                            throw new NotRetryableException("broken");
                        }
                        handled.incrementAndGet();
                    })
                    .start();
            await().until(() -> letters.count(ALL).total() == 1 && stream.pending() == 0);
            broken.set(false);
            assertThat(letters.redrive(Redrive.all()).redriven()).isEqualTo(1);
            await().until(() -> handled.get() == 1 && stream.pending() == 0);
            assertThat(server.status().totals().duplicates()).isZero();
        }
    }

    @Test
    void a_rate_is_kept() throws Exception {
        group(TestStream.GROUP);
        bury(20, "order.paid");
        long begin = System.nanoTime();

        letters.redrive(Redrive.all().perSecond(50));

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(19 * 20));
    }

    @Test
    void a_redrive_killed_half_way_loses_nothing_and_repeats_nothing(@TempDir java.nio.file.Path folder)
            throws Exception {
        group(TestStream.GROUP);
        bury(3_000, "order.paid");
        Process killed = RedriveWorker.start(REDIS.uri(), stream.name(), folder);
        try {
            await().atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(2))
                    .until(() -> length() > 100);
        } finally {
            killed.destroyForcibly().waitFor();
        }
        long moved = length();
        assertThat(moved).as("killed before its end").isLessThan(3_000);
        assertThat(letters.count(ALL).total()).isEqualTo(3_000 - moved);

        letters.redrive(Redrive.all());

        List<String> sources = stream.values("millrace.source");
        assertThat(sources).hasSize(3_000);
        assertThat(new HashSet<>(sources)).hasSize(3_000);
        assertThat(letters.count(ALL).total()).isZero();
    }
}
