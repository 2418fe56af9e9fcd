package dev.millrace.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.publisher.RetentionPolicy.WhenHeldBack;
import dev.millrace.redis.internal.RedisFault;
import dev.millrace.redis.internal.Retained;
import dev.millrace.redis.internal.StreamId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetentionLoopTest {

    private final FakeRetention redis = new FakeRetention();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final PublisherMeters meters = new PublisherMeters(registry, "billing");

    private RetentionLoop loop(RetentionPolicy policy) {
        RetentionLoop loop = redis.loop(policy, meters);
        loop.publishing("orders");
        return loop;
    }

    /** So many entries unread, the oldest of this age. */
    private Retained behind(Duration age, long lag, long length) {
        StreamId oldest = new StreamId(redis.now.minus(age).toEpochMilli(), 0);
        return new Retained(0, true, length, oldest, lag, 0);
    }

    @Test
    void only_streams_that_were_published_to_are_looked_after_and_only_older_entries_go() {
        RetentionLoop loop = loop(RetentionPolicy.defaults());
        loop.runOnce();

        assertThat(redis.lowest)
                .containsExactly(
                        new StreamId(redis.now.minus(Duration.ofDays(7)).toEpochMilli(), 0));
    }

    @Test
    void another_publisher_that_sees_to_the_stream_is_not_disturbed() {
        redis.leased = false;
        loop(RetentionPolicy.defaults()).runOnce();

        assertThat(redis.lowest).isEmpty();
    }

    @Test
    void a_full_stream_refuses_publishes_until_its_groups_have_caught_up() {
        RetentionLoop loop = loop(RetentionPolicy.defaults().maxLength(100).whenHeldBack(WhenHeldBack.REFUSE));
        redis.next = behind(Duration.ofHours(1), 150, 150);
        loop.runOnce();

        assertThatThrownBy(() -> loop.publishing("orders"))
                .isInstanceOf(StreamFullException.class)
                .hasMessageContaining("150 entries")
                .hasMessageContaining("at most 100");
        assertThatCode(() -> loop.publishing("others")).doesNotThrowAnyException();
        redis.next = new Retained(50, false, 100, null, 0, 0);
        loop.runOnce();
        assertThatCode(() -> loop.publishing("orders")).doesNotThrowAnyException();
    }

    @Test
    void a_stream_that_may_grow_refuses_nothing_but_is_counted() {
        RetentionLoop loop = loop(RetentionPolicy.defaults().maxLength(100));
        redis.next = behind(Duration.ofHours(1), 150, 150);
        loop.runOnce();

        assertThatCode(() -> loop.publishing("orders")).doesNotThrowAnyException();
        assertThat(loop.heldBack()).isEqualTo(1);
    }

    @Test
    void what_a_publisher_saw_of_a_stream_is_forgotten_when_another_sees_to_it() {
        RetentionLoop loop = loop(RetentionPolicy.defaults().maxLength(1_000).whenHeldBack(WhenHeldBack.FORCE));
        redis.next = behind(Duration.ofMinutes(1), 400, 900);
        loop.runOnce();
        redis.now = redis.now.plusSeconds(10);
        redis.next = behind(Duration.ofMinutes(1), 500, 1_000);
        loop.runOnce();
        assertThat(loop.heldBack()).isEqualTo(1);
        assertThat(loop.secondsToLoss()).isFinite();

        redis.leased = false;
        loop.runOnce();
        assertThat(loop.heldBack()).isZero();
        assertThat(loop.secondsToLoss()).isInfinite();
    }

    @Test
    void a_group_that_stands_still_is_foreseen_to_lose_events_when_they_come_of_age() {
        RetentionLoop loop = loop(RetentionPolicy.defaults().whenHeldBack(WhenHeldBack.FORCE));
        redis.next = behind(Duration.ofDays(5), 10, 10);
        loop.runOnce();
        assertThat(loop.secondsToLoss()).isInfinite();
        redis.now = redis.now.plus(Duration.ofHours(1));
        redis.next = behind(Duration.ofDays(5).plusHours(1), 10, 10);
        loop.runOnce();

        assertThat(loop.secondsToLoss())
                .isEqualTo((double) Duration.ofDays(2).minusHours(1).toSeconds());
    }

    @Test
    void a_group_that_falls_behind_is_foreseen_to_lose_events_when_the_length_is_reached() {
        RetentionLoop loop = loop(RetentionPolicy.defaults().maxLength(1_000).whenHeldBack(WhenHeldBack.FORCE));
        redis.next = behind(Duration.ofMinutes(1), 400, 900);
        loop.runOnce();
        redis.now = redis.now.plusSeconds(10);
        redis.next = behind(Duration.ofMinutes(1), 500, 1_000);
        loop.runOnce();

        assertThat(loop.secondsToLoss()).isEqualTo(50);
    }

    @Test
    void
            what_is_foreseen_to_be_lost_within_the_hour_is_warned_of_with_stream_and_time_but_only_where_it_would_be_lost() {
        for (WhenHeldBack choice : WhenHeldBack.values()) {
            RetentionLoop loop =
                    loop(RetentionPolicy.defaults().maxLength(1_000).whenHeldBack(choice));
            redis.next = behind(Duration.ofMinutes(1), 400, 900);
            loop.runOnce();
            redis.warnings.clear(); // of being held back
            redis.now = redis.now.plusSeconds(10);
            redis.next = behind(Duration.ofMinutes(1), 500, 1_000);
            loop.runOnce();

            if (choice == WhenHeldBack.FORCE) {
                assertThat(redis.warnings)
                        .containsExactly("Stream orders: at this rate unread events are lost in PT50S");
            } else {
                assertThat(redis.warnings).isEmpty();
            }
        }
    }

    @Test
    void what_is_lost_only_in_hours_is_not_warned_of_yet() {
        RetentionLoop loop = loop(RetentionPolicy.defaults().whenHeldBack(WhenHeldBack.FORCE));
        redis.next = behind(Duration.ofDays(5), 10, 10);
        loop.runOnce();
        redis.warnings.clear();
        redis.now = redis.now.plus(Duration.ofHours(1));
        redis.next = behind(Duration.ofDays(5).plusHours(1), 10, 10);
        loop.runOnce();

        assertThat(redis.warnings).isEmpty();
    }

    @Test
    void what_a_forced_retention_took_from_a_group_is_an_error_and_counted() {
        RetentionLoop loop = loop(RetentionPolicy.defaults().maxLength(100).whenHeldBack(WhenHeldBack.FORCE));
        redis.next = new Retained(70, false, 100, null, 0, 50);
        loop.runOnce();

        assertThat(redis.errors)
                .containsExactly("Stream orders: 50 entries that a group had yet to handle are gone, as told");
        assertThat(counted("lost")).isEqualTo(50);
    }

    @Test
    void dead_letters_that_leave_because_of_their_age_are_an_error_and_counted() {
        RetentionLoop loop = loop(RetentionPolicy.defaults());
        loop.runOnce();
        assertThat(redis.errors).isEmpty();
        redis.deadLettersGone = 3;
        loop.runOnce();

        assertThat(redis.lowestDeadLetter)
                .containsOnly(new StreamId(redis.now.minus(Duration.ofDays(30)).toEpochMilli(), 0));
        assertThat(redis.errors)
                .containsExactly("Stream orders: 3 dead letters older than PT720H are gone; redrive or purge them"
                        + " earlier, or raise retention.maxDeadLetterAge");
        assertThat(counted("dead.letters")).isEqualTo(3);
    }

    private double counted(String meter) {
        return registry.get("millrace.publisher.retention." + meter).counter().count();
    }

    @Test
    void a_group_that_catches_up_is_no_cause_for_alarm() {
        RetentionLoop loop = loop(RetentionPolicy.defaults());
        redis.next = behind(Duration.ofDays(5), 400, 900);
        loop.runOnce();
        redis.now = redis.now.plusSeconds(10);
        redis.next = behind(Duration.ofDays(4), 300, 900);
        loop.runOnce();

        assertThat(loop.secondsToLoss()).isInfinite();
    }

    @Test
    void where_nothing_is_forced_nothing_is_foreseen_to_be_lost_however_far_a_group_has_fallen_behind() {
        for (WhenHeldBack choice : List.of(WhenHeldBack.GROW, WhenHeldBack.REFUSE)) {
            RetentionLoop loop = loop(RetentionPolicy.defaults().maxLength(100).whenHeldBack(choice));
            for (int look = 0; look < 2; look++) {
                redis.next = behind(Duration.ofDays(8), 150, 150);
                loop.runOnce();
                redis.now = redis.now.plusSeconds(10);
            }
            assertThat(loop.secondsToLoss()).isInfinite();
        }
    }

    @Test
    void streams_beyond_ten_thousand_are_left_alone_and_what_goes_there_is_counted() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        RetentionLoop loop = redis.loop(RetentionPolicy.defaults(), new PublisherMeters(registry, "billing"));
        for (int i = 0; i < RetentionLoop.MAX_STREAMS; i++) {
            loop.publishing("stream-" + i);
        }
        assertThat(registry.find("millrace.publisher.retention.untended").counter())
                .isNull();
        loop.publishing("stream-0");
        loop.publishing("one-more");
        loop.publishing("one-more");
        loop.publishing("another");
        loop.runOnce();

        assertThat(registry.get("millrace.publisher.retention.untended")
                        .counter()
                        .count())
                .isEqualTo(3);
        assertThat(redis.warnings)
                .singleElement()
                .asString()
                .contains("first 10000 streams", "one-more", "not said again");
        assertThat(redis.lowest).hasSize(RetentionLoop.MAX_STREAMS);
    }

    @Test
    void the_first_look_comes_within_a_minute_and_not_of_all_at_once() {
        Duration hour = Duration.ofHours(1);
        assertThat(RetentionLoop.firstWait(hour, 0)).isEqualTo(15_000);
        assertThat(RetentionLoop.firstWait(hour, 0.5)).isEqualTo(37_500);
        assertThat(RetentionLoop.firstWait(hour, 1)).isEqualTo(60_000);
        assertThat(RetentionLoop.firstWait(Duration.ofMillis(50), 1)).isEqualTo(50);
    }

    @Test
    void while_redis_is_away_one_stream_is_asked_about_and_not_each() {
        RetentionLoop loop = loop(RetentionPolicy.defaults());
        for (int i = 0; i < 100; i++) {
            loop.publishing("stream-" + i);
        }
        redis.fault = new RedisFault(RedisFault.Kind.CONNECTION_LOST, "for a test");
        loop.runOnce();
        assertThat(redis.lowest).hasSize(1);
        redis.fault = new RedisFault(RedisFault.Kind.WRONGTYPE, "for a test");
        loop.runOnce();
        assertThat(redis.lowest)
                .as("a fault of one stream is none of the others")
                .hasSize(102);
    }

    @Test
    void nonsense_is_refused_with_key_value_and_mend() {
        assertThatThrownBy(() -> RetentionPolicy.defaults().maxLength(0))
                .hasMessage("retention.maxLength: got 0; use 1 to 9223372036854775807");
        assertThatThrownBy(() -> RetentionPolicy.defaults().maxAge(Duration.ZERO))
                .hasMessage("retention.maxAge: got PT0S; use PT1S to PT87600H");
    }
}
