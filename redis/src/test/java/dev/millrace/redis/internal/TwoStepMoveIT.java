package dev.millrace.redis.internal;

import static dev.millrace.redis.internal.StreamGroupContract.bytes;
import static dev.millrace.redis.internal.StreamGroupContract.options;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testkit.RedisExtension;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What may happen between the two steps of a move to dead letters in another slot. */
class TwoStepMoveIT {

    @RegisterExtension
    static final RedisExtension REDIS = new RedisExtension();

    private static final String NAME = "two-steps";
    private static final String HOLDER = CompanionKeys.of(NAME).holder("g", "ours");

    private RedisLink link;
    private Caller caller;
    private DeadLetters deadLetters;
    private TestGroup theirs;
    private StreamId id;

    @BeforeEach
    void open() {
        REDIS.server().cli("DEL", NAME, "two-steps-dead", HOLDER);
        link = RedisLink.owned(REDIS.uri());
        GroupOptions options = options(NAME, "g", "ours");
        Connector connector = StandaloneConnector.owned(RedisAddress.parse(REDIS.uri()));
        caller = new Caller(new Wire(connector, "test", wire -> connector.shutdown()), Duration.ofSeconds(20));
        deadLetters = new DeadLetters(
                options, bytes("this process"), new Claims(options, CompanionKeys.of(NAME), caller), caller, true);
        TestGroup ours = new TestGroup(link, options);
        theirs = new TestGroup(link, options(NAME, "g", "theirs"));
        ours.create("0");
        id = StreamId.parse(REDIS.server().cli("XADD", NAME, "*", "data", "x").trim());
        assertThat(ours.read(10, Duration.ZERO)).hasSize(1);
    }

    @AfterEach
    void close() {
        caller.close();
        link.close();
    }

    private Ownership move() {
        DeadLetterMove letter =
                new DeadLetterMove(id, "two-steps-dead", List.of(bytes("data"), bytes("x")), null, true, false);
        return deadLetters.moveInTwoSteps("epoch", letter).ownership();
    }

    @Test
    void an_entry_that_is_still_ours_is_settled() {
        REDIS.server().cli("SET", HOLDER, "this process");
        assertThat(move()).isEqualTo(Ownership.OURS);
        assertThat(theirs.pending()).isZero();
    }

    @Test
    void an_entry_that_a_group_created_anew_meanwhile_never_gives_again_is_told() {
        REDIS.server().cli("XGROUP", "DESTROY", NAME, "g");
        theirs.create("$");
        assertThat(move()).isEqualTo(Ownership.TRIMMED);
    }

    @Test
    void an_entry_that_another_has_taken_over_meanwhile_is_left_to_it() {
        theirs.take(List.of(id), Duration.ZERO);
        assertThat(move()).isEqualTo(Ownership.LOST);
        assertThat(theirs.pending()).isEqualTo(1);
    }

    @Test
    void an_entry_of_a_process_whose_name_is_anothers_by_now_stays_pending() {
        REDIS.server().cli("SET", HOLDER, "another process");
        assertThat(move()).isEqualTo(Ownership.LOST);
        assertThat(theirs.pending()).isEqualTo(1);
    }
}
