package dev.millrace.samples.promises;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testkit.RedisExtension;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Each program does what it says. */
@Timeout(90)
class ProgramsIT {

    @RegisterExtension
    static final RedisExtension REDIS = new RedisExtension();

    private static List<String> linesOf(Setting.Program program) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        program.run(Setting.at(REDIS.uri(), new PrintStream(out, true, StandardCharsets.UTF_8)));
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void a_completed_publish_is_in_the_stream() throws Exception {
        assertThat(linesOf(CompletedPublish::run))
                .containsExactly("1000 stored, each with an entry id of its own", "too large: refused");
    }

    @Test
    void nothing_disappears_unseen() throws Exception {
        assertThat(linesOf(NothingUnseen::run))
                .containsExactly(
                        "8 published = 5 handled + 1 duplicate + 1 without a handler + 1 dead letter, 0 pending");
    }

    @Test
    void an_event_has_one_effect() throws Exception {
        assertThat(linesOf(OneEffect::run)).containsExactly("published 3 times, charged 1 time");
    }

    @Test
    void a_publisher_holds_no_more_than_it_was_told_to() throws Exception {
        assertThat(linesOf(Bounded::run)).containsExactly("100 accepted, the next refused: the buffer is full");
    }

    @Test
    void it_heals_by_itself() throws Exception {
        assertThat(linesOf(HealsItself::run)).containsExactly("handled 3 of 3, health up: true");
    }

    @Test
    void events_of_a_key_keep_their_order() throws Exception {
        assertThat(linesOf(OrderPerKey::run))
                .containsExactly("handled in this order, though the second failed twice: [1, 2, 3, 4, 5]");
    }

    @Test
    void an_audit_log_sees_every_event() throws Exception {
        assertThat(linesOf(AuditLog::run))
                .containsExactly(
                        "user.created by user-service",
                        "user.deleted by user-service",
                        "user.login.failed by user-service");
    }

    @Test
    void a_saga_is_held_together_by_correlation_and_causation() throws Exception {
        assertThat(linesOf(OrderSaga::run))
                .containsExactly(
                        "1 order.placed: of the same order",
                        "2 payment.taken: of the same order",
                        "3 parcel.sent: of the same order");
    }

    @Test
    void logs_metrics_audit_and_security_travel_as_validated_events() throws Exception {
        assertThat(linesOf(ObservabilityEvents::run))
                .containsExactly(
                        "an audit record that says nothing is refused: [action]",
                        "{audit.logged=order.cancel, log.written=WARN, metric.measured=orders.open, security.alerted=high}");
    }

    @Test
    void the_table_of_samples_names_each_program() throws IOException {
        List<String> named = Pattern.compile("\\| `promises\\.(\\w+)` \\|")
                .matcher(Files.readString(Path.of("README.md")))
                .results()
                .map(MatchResult::group)
                .map(row -> row.replaceAll(".*\\.(\\w+)`.*", "$1"))
                .toList();
        assertThat(named).containsExactlyInAnyOrderElementsOf(programs());
    }

    @Test
    void what_each_program_prints_is_held_by_a_test() throws IOException {
        Path tests = Path.of("src", "test", "java", "dev", "millrace", "samples", "promises");
        String held = Files.readString(tests.resolve("ProgramsIT.java"))
                + Files.readString(tests.resolve("UserServiceIT.java"));
        for (String program : programs()) {
            assertThat(held).containsPattern("linesOf\\(" + program + "::run\\)|" + program + "\\.class");
        }
    }

    private static List<String> programs() throws IOException {
        Path sources = Path.of("src", "main", "java", "dev", "millrace", "samples", "promises");
        try (Stream<Path> files = Files.list(sources)) {
            return files.filter(file -> contains(file, "public static void main"))
                    .map(file -> file.getFileName().toString().replace(".java", ""))
                    .toList();
        }
    }

    private static boolean contains(Path file, String text) {
        try {
            return Files.readString(file).contains(text);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
