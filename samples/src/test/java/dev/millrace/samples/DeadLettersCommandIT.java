package dev.millrace.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.consumer.ConsumerServer;
import dev.millrace.consumer.DeadLetterFilter;
import dev.millrace.consumer.DeadLetters;
import dev.millrace.consumer.RetryPolicy;
import dev.millrace.testkit.RedisExtension;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An operator's way through what was given up, and through what is to be handled once more. */
class DeadLettersCommandIT {

    private static final String STREAM = "order-events";

    @RegisterExtension
    static final RedisExtension redis = new RedisExtension();

    private final AtomicBoolean broken = new AtomicBoolean(true);
    private final AtomicInteger handled = new AtomicInteger();

    @BeforeEach
    void publish() {
        CommandRun run = CommandRun.of("produce", "--redis=" + redis.uri(), "--events=20");
        assertThat(run.exitCode()).as(run.toString()).isZero();
    }

    private ConsumerServer server() {
        return ConsumerServer.builder().redis(redis.uri()).stream(STREAM)
                .group("shipping")
                .retry(RetryPolicy.none())
                .build()
                .addHandler("**", byte[].class, (body, header) -> {
                    if (broken.get()) {
                        throw new IllegalStateException("no such carrier");
                    }
                    handled.incrementAndGet();
                })
                .start();
    }

    private static CommandRun run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--redis=" + redis.uri());
        all.add("--stream=" + STREAM);
        return CommandRun.of(all.toArray(String[]::new));
    }

    private static void awaitLetters(long count) throws Exception {
        try (DeadLetters letters = DeadLetters.open(redis.uri(), STREAM)) {
            await().until(() -> letters.count(DeadLetterFilter.all()).total() == count);
        }
    }

    @Test
    void what_was_given_up_is_counted_listed_shown_redriven_and_purged() throws Exception {
        try (ConsumerServer server = server()) {
            awaitLetters(20);
            assertThat(run("dead-letters", "count").out())
                    .contains("total 20", "reason RETRIES_EXHAUSTED 20", "group shipping 20");
            CommandRun list = run("dead-letters", "list", "--limit=5");
            assertThat(list.out()).hasSize(5).allMatch(line -> line.contains("java.lang.IllegalStateException"));
            String first = list.out().get(0).replaceFirst(" .*", "");
            assertThat(run("dead-letters", "show", first).out())
                    .anyMatch(line -> line.contains("no such carrier"))
                    .noneMatch(line -> line.startsWith("data: "));
            assertThat(run("dead-letters", "show", first, "--body").out()).anyMatch(line -> line.startsWith("data: "));

            assertThat(run("dead-letters", "redrive", "--all", "--dry-run").lastLine())
                    .startsWith("would redrive 20, ");
            CommandRun again = run("dead-letters", "redrive", first, "--stop-after-failure=30");
            assertThat(again.exitCode()).isEqualTo(1);
            assertThat(again.lastLine()).contains("redriven 1", "FAILED_AGAIN at ");
            broken.set(false);
            CommandRun redriven = run("dead-letters", "redrive", "--type=order.**", "--most=15");
            assertThat(redriven.exitCode()).as(redriven.toString()).isZero();
            await().until(() -> handled.get() == 15);
            assertThat(run("dead-letters", "purge", "--group=shipping").lastLine())
                    .isEqualTo("purged 5");
            awaitLetters(0);
        }
    }

    @Test
    void a_replay_is_counted_first_and_then_handled_again_by_its_group() throws Exception {
        broken.set(false);
        try (ConsumerServer server = server()) {
            await().until(() -> handled.get() == 20);
            assertThat(run("replay", "--type=order.**").out())
                    .first()
                    .asString()
                    .startsWith("would replay 20, ");
            assertThat(run("replay", "--into-group=shipping").out())
                    .first()
                    .asString()
                    .startsWith("replayed 20, ");
            await().until(() -> handled.get() == 40);
            assertThat(run("replay", "--into-new-group=audit").lastLine()).isEqualTo("created group audit");
        }
    }

    @Test
    void where_several_streams_share_their_dead_letters_only_those_of_the_named_one_are_meant() throws Exception {
        for (String from : List.of(STREAM, "other-events")) {
            redis.server()
                    .cli(("XADD given-up * data x millrace.reason INVALID millrace.stream " + from
                                    + " millrace.group shipping millrace.entry 1-1")
                            .split(" "));
        }
        assertThat(run("dead-letters", "count", "--dead-letter-stream=given-up").out())
                .contains("total 1");
        assertThat(run("dead-letters", "purge", "--dead-letter-stream=given-up", "--all")
                        .lastLine())
                .isEqualTo("purged 1");
        assertThat(redis.server().cli("XRANGE", "given-up", "-", "+")).contains("other-events");
    }

    @Test
    void the_target_of_a_replay_may_be_given_in_the_environment_and_is_one() throws Exception {
        StringWriter out = new StringWriter();
        int exitCode = Samples.commandLine()
                .setDefaultValueProvider(new EnvironmentDefaults(Map.of("MILLRACE_INTO_STREAM", "copies")))
                .setOut(new PrintWriter(out))
                .execute("replay", "--redis=" + redis.uri(), "--stream=" + STREAM);
        assertThat(exitCode).as(out.toString()).isZero();
        assertThat(redis.server().cli("XLEN", "copies")).isEqualTo("20");
        assertRefused(run("replay", "--into-stream=a", "--into-group=b"), "--into-stream", "--into-group");
    }

    @Test
    void what_cannot_be_is_told_in_one_line() {
        assertRefused(run("dead-letters", "purge"), "--all");
        assertRefused(run("dead-letters", "redrive"), "--all");
        assertRefused(run("dead-letters", "show", "1-1"), "no dead letter 1-1");
        assertRefused(run("dead-letters", "show", "17"), "<sequence>");
        assertRefused(run("dead-letters", "list", "--limit=0"), "limit: got 0");
        assertRefused(run("dead-letters", "count", "--reason=BAD"), "BAD", "MALFORMED");
        assertRefused(run("dead-letters", "count", "--since=yesterday"), "yesterday");
        assertRefused(run("replay", "--from=Tomorrow"), "--from", "Tomorrow");
        assertRefused(run("replay", "--into-group=nobody"), "no group nobody");
        assertRefused(run("replay", "--into-stream=" + STREAM), STREAM);
    }

    private static void assertRefused(CommandRun run, String... words) {
        assertThat(run.exitCode()).as(run.toString()).isEqualTo(2);
        assertThat(run.err()).hasSize(1);
        assertThat(run.err().get(0)).contains(words);
    }
}
