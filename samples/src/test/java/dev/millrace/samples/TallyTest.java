package dev.millrace.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.event.Event;
import dev.millrace.event.EventHeader;
import dev.millrace.samples.Tally.Counts;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TallyTest {

    private final Tally tally = new Tally();
    private final Event event = Event.of("a.b", "{\"x\":1}".getBytes(StandardCharsets.UTF_8));

    @Test
    void a_body_that_arrives_with_other_bytes_is_seen() {
        publish(event);
        tally.handled(event.header(), "{\"x\": 1}".getBytes(StandardCharsets.UTF_8));

        assertThat(tally.counts()).isEqualTo(new Counts(0, 0, 1, 0, 0, 0, 1));
    }

    @Test
    void an_event_that_is_handled_twice_is_seen() {
        publish(event);
        tally.handled(event.header(), event.body());
        tally.handled(event.header(), event.body());

        assertThat(tally.counts()).isEqualTo(new Counts(0, 0, 1, 0, 0, 1, 1));
    }

    @Test
    void equal_content_is_a_repeat_within_a_type_only() {
        publish(event);
        publish(Event.of("a.b", event.body()));
        publish(Event.of("a.c", event.body()));

        assertThat(tally.counts().repeats()).isEqualTo(1);
    }

    @Test
    void equal_content_of_two_users_tenants_or_keys_is_no_repeat() {
        publish(event);
        publish(new Event(EventHeader.builder("a.b").userId("u-1").build(), event.body()));
        publish(new Event(EventHeader.builder("a.b").userId("u-2").build(), event.body()));
        publish(new Event(EventHeader.builder("a.b").tenantId("t").build(), event.body()));
        assertThat(tally.counts().repeats()).isZero();
        publish(new Event(EventHeader.builder("a.b").key("u-1").build(), event.body()));
        assertThat(tally.counts().repeats())
                .as("a user's id is the key where there is none")
                .isEqualTo(1);
    }

    @Test
    void what_was_not_stored_is_no_published_event() {
        tally.begin(event);
        tally.completed(event, new IllegalStateException("no"));
        Event refused = Event.of("a.b", "x");
        tally.begin(refused);
        tally.refused(refused);

        assertThat(tally.counts()).isEqualTo(new Counts(0, 1, 0, 1, 0, 0, 0));
        assertThat(tally.firstFailure()).hasMessage("no");
    }

    private void publish(Event published) {
        tally.begin(published);
        tally.completed(published, null);
    }
}
