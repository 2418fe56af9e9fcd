package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.awaitility.Awaitility.await;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What was given up can be found and understood. */
@Timeout(180)
class DeadLettersIT extends DeadLetterTests {

    @Test
    void a_letter_tells_all_that_is_known_of_its_failure() throws Exception {
        stream.addRaw("some", "thing");
        AtomicInteger calls = new AtomicInteger();
        try (ConsumerServer server = failing(TestStream.GROUP, calls, Set.of(7))) {
            server.start();
            String seventh = stream.add("order.paid", "{\"n\":7}");
            await().until(() -> letters.count(ALL).total() == 2);

            DeadLetter raw = letters.browse(ALL.reason(DeadLetterReason.MALFORMED), null, 10)
                    .get(0);
            assertThat(raw.header()).isNull();
            assertThat(raw.fields()).hasSize(1);
            assertThat(raw.fields().get(0).name()).isEqualTo("some");
            DeadLetter failed = letters.browse(ALL.exception("IllegalStateException"), null, 10)
                    .get(0);
            assertThat(letters.show(failed.id())).contains(failed);
            assertThat(failed.stream()).isEqualTo(stream.name());
            assertThat(failed.group()).isEqualTo(TestStream.GROUP);
            assertThat(failed.entryId()).isEqualTo(seventh);
            assertThat(failed.failure().message()).isEqualTo("no such customer");
            assertThat(failed.failure().stack()).contains("DeadLetterTests");
            assertThat(failed.failure().attempts()).isEqualTo(1);
            assertThat(failed.header().type()).isEqualTo("order.paid");
            assertThat(new String(failed.body().copy(), java.nio.charset.StandardCharsets.UTF_8))
                    .isEqualTo("{\"n\":7}");
        }
        DeadLetterCounts counts = letters.count(ALL);
        assertThat(counts.byReason()).containsOnlyKeys("MALFORMED", "RETRIES_EXHAUSTED");
        assertThat(counts.byType()).containsOnly(entry("order.paid", 1L), entry("(unreadable)", 1L));
        assertThat(counts.byException()).hasSize(2).containsEntry("java.lang.IllegalStateException", 1L);
        DeadLetterFilter thrown = ALL.exception("java.lang.IllegalStateException");
        assertThat(letters.count(thrown).byException()).containsExactly(entry("java.lang.IllegalStateException", 1L));
        assertThat(letters.count(ALL.exception("IllegalState")).total())
                .as("a part of a name is no name")
                .isZero();
        assertThat(letters.purge(thrown)).isEqualTo(1);
        assertThat(letters.count(ALL).byReason()).containsExactly(entry("MALFORMED", 1L));
    }

    @Test
    void a_letter_is_found_by_its_type_without_the_origin_and_by_the_stream_that_it_came_from() throws Exception {
        stream.bury("test.order.lost", "{}", TestStream.GROUP, "INVALID");
        assertThat(letters.count(ALL.type("order.lost")).total()).isEqualTo(1);
        assertThat(letters.count(ALL.type("test.order.lost")).total()).isEqualTo(1);
        assertThat(letters.count(ALL.type("lost")).total()).isZero();
        assertThat(letters.count(ALL.stream(stream.name())).total()).isEqualTo(1);
        assertThat(letters.count(ALL.stream("other")).total()).isZero();
    }

    @Test
    void pages_follow_one_another_and_filters_hold() throws Exception {
        List<String> ids = bury(120, "order.paid");
        bury(5, "order.shipped");

        List<String> seen = new ArrayList<>();
        String after = null;
        List<DeadLetter> page;
        do {
            page = letters.browse(ALL.type("order.paid").group(TestStream.GROUP), after, 50);
            page.forEach(letter -> seen.add(letter.id()));
            after = page.isEmpty() ? null : page.get(page.size() - 1).id();
        } while (page.size() == 50);
        assertThat(seen).isEqualTo(ids);
        assertThat(letters.browse(ALL.group("other"), null, 10)).isEmpty();
        assertThat(letters.browse(ALL.since(Instant.now().plusSeconds(60)), null, 10))
                .isEmpty();
        assertThat(letters.count(ALL.until(Instant.now().plusSeconds(60))).total())
                .isEqualTo(125);
        assertThatThrownBy(() -> letters.show("17")).hasMessageContaining("17").hasMessageContaining("<sequence>");
        assertThatThrownBy(() -> letters.browse(ALL, null, 0)).hasMessageContaining("limit");
        assertThatThrownBy(() -> letters.redrive("1-1", Redrive.all())).hasMessageContaining("no dead letter 1-1");
    }

    @Test
    void a_purge_takes_what_matches_and_nothing_else() throws Exception {
        bury(1_500, "order.paid");
        bury(5, "order.shipped");

        assertThat(letters.purge(ALL.until(Instant.EPOCH.plusSeconds(1)))).isZero();
        assertThat(letters.purge(ALL.type("order.paid"))).isEqualTo(1_500);
        assertThat(letters.count(ALL).total()).isEqualTo(5);
    }

    @Test
    void a_streams_own_choice_of_dead_letters_is_where_they_go() throws Exception {
        String elsewhere = stream.name() + "-given-up";
        stream.add("order.paid", "{\"n\":1}");
        try (ConsumerServer server = ConsumerServer.builder().redis(REDIS.uri()).stream(
                                stream.name(), StreamPolicy.defaults().deadLetterStream(elsewhere))
                        .group(TestStream.GROUP)
                        .retry(RetryPolicy.none())
                        .build()
                        .addHandler("**", java.util.Map.class, (body, header) -> {
                            throw new IllegalStateException("no such customer");
                        })
                        .start();
                DeadLetters own = DeadLetters.named(REDIS.uri(), elsewhere)) {
            await().until(() -> own.count(ALL).total() == 1);
            await().untilAsserted(() -> assertThat(stream.pending()).isZero());
            assertThat(letters.count(ALL).total()).isZero();
        }
    }
}
