package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.consumer.Life.Fate;
import dev.millrace.consumer.Runs.Outcome;
import dev.millrace.redis.internal.MortalRedis;
import dev.millrace.testkit.RedisExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A process that dies in each {@link CrashWindow}: what it leaves, who goes on, and how often the handler runs. */
@Timeout(60)
class CrashWindowIT {

    @RegisterExtension
    static final RedisExtension REDIS = new RedisExtension();

    private final Runs runs = new Runs();
    private final List<ConsumerServer> servers = new ArrayList<>();
    private MortalRedis door;
    private TestStream stream;

    @BeforeEach
    void open() {
        door = MortalRedis.at(REDIS.uri());
        stream = new TestStream(REDIS.server());
    }

    @AfterEach
    void close() {
        servers.forEach(server -> server.close(Duration.ZERO));
        door.close();
    }

    private void start(Life life, Duration claimIdle) {
        ConsumerServer server = stream.server(door.link(life::reach))
                .consumer(life.name())
                .claimIdle(claimIdle)
                .retry(RetryPolicy.fixed(2, Duration.ofMillis(5)))
                .clock(java.time.Clock.systemUTC(), life::ticker)
                .build();
        server.addHandler(
                "order.**",
                java.util.Map.class,
                (body, header, delivery) -> History.handle(
                        History.Kind.valueOf(String.valueOf(body.get("kind"))),
                        runs.begin(life, String.valueOf(body.get("id")), delivery),
                        runs));
        servers.add(server);
        server.start();
    }

    static List<CrashWindow> what_a_crash_leaves_is_taken_up_as_the_table_says() {
        return CrashWindow.ALL;
    }

    @ParameterizedTest
    @MethodSource
    void what_a_crash_leaves_is_taken_up_as_the_table_says(CrashWindow window) {
        List<String> entries = stream.addPlanned(window.kind(), "e");
        Life first = new Life("first", Fate.DIES, window.step(), 1, 0);
        // So long that it keeps nothing alive meanwhile.
        start(first, Duration.ofMinutes(1));
        await().until(first::dead);

        assertThat(new CrashWindow.State(
                        stream.pending(), stream.claims(), stream.deadLetters().size()))
                .isEqualTo(window.left());

        stream.age("first", History.CLAIM_IDLE);
        Life last = Life.immortal("last");
        start(last, History.CLAIM_IDLE);
        last.skip(History.CLAIM_IDLE.toNanos());
        await().atMost(Duration.ofSeconds(20)).until(stream::settled);
        String place = Runs.place(entries.get(0), 0);
        await().untilAsserted(() -> assertThat(runs.of(place)).hasSize(window.begun()));
        assertThat(runs.count(place, Outcome.OK)).isEqualTo(window.effects());
        assertThat(stream.deadLetters()).hasSize((int) window.deadInTheEnd());
        entries.stream()
                .skip(1)
                .forEach(twin -> assertThat(runs.of(Runs.place(twin, 0))).isEmpty());
    }

    @Test
    void one_that_dies_with_what_it_took_over_leaves_it_to_a_third() {
        String entry = stream.addPlanned(History.Kind.OK, "e").get(0);
        start(new Life("first", Fate.DIES, "after read", 1, 0), Duration.ofMinutes(1));
        await().until(() -> stream.pending() == 1);
        stream.age("first", History.CLAIM_IDLE);
        Life second = new Life("second", Fate.DIES, "after take", 1, 0);
        start(second, History.CLAIM_IDLE);
        second.skip(History.CLAIM_IDLE.toNanos());
        await().until(second::dead);
        assertThat(stream.pending()).isEqualTo(1);
        stream.age("second", History.CLAIM_IDLE);
        Life last = Life.immortal("last");
        start(last, History.CLAIM_IDLE);
        last.skip(History.CLAIM_IDLE.toNanos());

        await().atMost(Duration.ofSeconds(20)).until(stream::settled);
        assertThat(runs.of(Runs.place(entry, 0))).hasSize(1);
    }

    @Test
    void the_table_in_the_docs_is_this_one() throws Exception {
        String docs = Files.readString(Path.of("..", "docs", "recovery.md"));
        assertThat(docs)
                .contains(CrashWindow.ALL.stream().map(CrashWindow::markdown).toList());
    }
}
