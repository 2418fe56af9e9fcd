package dev.millrace.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.event.Classification;
import dev.millrace.event.DeliveryContext;
import dev.millrace.event.Event;
import dev.millrace.event.EventHeader;
import dev.millrace.event.internal.EnvelopeCodec;
import dev.millrace.validation.EventValidationException;
import dev.millrace.validation.EventValidator;
import dev.millrace.validation.Violation;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a publisher puts into headers, and what it does to events before they leave. */
@Timeout(30)
class EnvelopeOptionsTest {

    private static final Map<String, Object> BODY = Map.of("n", 1);
    private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private final AutoTarget target = new AutoTarget();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final EventPublisherBuilder builder =
            EventPublisher.builder("billing").meterRegistry(registry).closeTimeout(Duration.ofMillis(200));
    private EventPublisher publisher;

    @AfterEach
    void close_what_was_started() {
        publisher.close();
    }

    private EventPublisher start() {
        publisher = builder.start(builder.settings(), target, () -> {});
        return publisher;
    }

    private EventHeader published(int index) {
        byte[] data = target.entries().get(index).getBytes(StandardCharsets.UTF_8);
        return EnvelopeCodec.decode(data, "1-0").get(0).header();
    }

    @Test
    void the_trace_of_the_handled_event_goes_on_unless_one_is_given() {
        start();
        EventHeader handled =
                EventHeader.builder("order.paid").traceparent(TRACE).build();
        try (DeliveryContext.Scope ignored = DeliveryContext.open(handled)) {
            publisher.publish("a.b", BODY).join();
            publisher.publish(Event.of("a.b", BODY)).join();
            publisher.publish("a.b", BODY, h -> h.traceparent("00-mine")).join();
        }
        assertThat(published(0).traceparent()).isEqualTo(TRACE);
        assertThat(published(1).traceparent()).isEqualTo(TRACE);
        assertThat(published(2).traceparent()).isEqualTo("00-mine");
    }

    @Test
    void no_member_that_the_context_fills_is_lost_on_an_event_that_is_given_as_a_whole() {
        builder.headers(HeaderPolicy.defaults()
                .context(h -> h.origin("gateway")
                        .version("2.0.0")
                        .unknownMember("shard", "7")
                        .unknownMember("zone", "1")));
        start();
        publisher.publish(Event.of("a.b", BODY)).join();
        publisher
                .publish(Event.of(
                        "a.b", BODY, h -> h.origin("mine").version("3.1.0").unknownMember("zone", "9")))
                .join();

        assertThat(published(0).origin()).isEqualTo("gateway");
        assertThat(published(0).version()).isEqualTo("2.0.0");
        assertThat(published(0).unknownMembers()).containsOnly(Map.entry("shard", "7"), Map.entry("zone", "1"));
        assertThat(published(1).origin()).isEqualTo("mine");
        assertThat(published(1).version()).isEqualTo("3.1.0");
        assertThat(published(1).unknownMembers()).containsOnly(Map.entry("shard", "7"), Map.entry("zone", "9"));
    }

    @Test
    void the_callers_context_fills_what_the_caller_does_not_give() {
        ThreadLocal<String> user = new ThreadLocal<>();
        builder.headers(HeaderPolicy.defaults()
                .context(h -> h.userId(user.get()).tenantId("acme").context("role", "clerk")));
        start();
        user.set("u-1");
        publisher.publish("a.b", BODY).join();
        publisher
                .publish("a.b", BODY, h -> h.userId("u-2").context("role", "boss"))
                .join();
        Event given = Event.of("a.b", BODY, h -> h.userId("u-3").context("aggregateType", "order"));
        publisher.publish(given).join();

        assertThat(published(0).userId()).isEqualTo("u-1");
        assertThat(published(0).context()).containsExactly(Map.entry("role", "clerk"));
        assertThat(published(1).userId()).isEqualTo("u-2");
        assertThat(published(1).context()).containsExactly(Map.entry("role", "boss"));
        assertThat(published(2).userId()).isEqualTo("u-3");
        assertThat(published(2).id()).isEqualTo(given.header().id());
        assertThat(published(2).tenantId()).isEqualTo("acme");
        assertThat(published(2).context())
                .containsOnly(Map.entry("aggregateType", "order"), Map.entry("role", "clerk"));
    }

    @Test
    void the_key_is_the_given_one_or_else_the_user() {
        start();
        publisher.publish("a.b", BODY, h -> h.key("o-17").userId("u-1")).join();
        publisher.publish("a.b", BODY, h -> h.userId("u-1")).join();
        publisher.publish("a.b", BODY).join();
        assertThat(published(0).key()).isEqualTo("o-17");
        assertThat(published(1).key()).isEqualTo("u-1");
        assertThat(published(2).key()).isNull();
    }

    @Test
    void strategies_decide_key_and_classification_from_the_whole_event() {
        builder.headers(HeaderPolicy.defaults()
                .key(event -> event.body() instanceof Map<?, ?> body ? "n-" + body.get("n") : null)
                .classification(event -> event.header().type().startsWith("user.")
                        ? Classification.CONFIDENTIAL
                        : Classification.PUBLIC));
        start();
        publisher.publish("user.created", BODY, h -> h.key("given")).join();
        publisher.publish("a.b", "text", h -> h.key("given")).join();
        assertThat(published(0).key()).isEqualTo("n-1");
        assertThat(published(0).classification()).isEqualTo(Classification.CONFIDENTIAL);
        assertThat(published(1).key()).isNull();
        assertThat(published(1).classification()).isEqualTo(Classification.PUBLIC);
    }

    @Test
    void transformers_change_events_in_their_order_and_before_validation() {
        builder.headers(HeaderPolicy.defaults().context(h -> h.userId("u-1")))
                .transform(event -> new Event(event.header(), Map.of("masked", true)))
                .transform(event -> event.body().toString().contains("masked")
                        ? new Event(event.header().toBuilder().userId(null).build(), event.body())
                        : event)
                .validator(
                        (type, body) -> BODY.equals(body) ? List.of(new Violation("n", "is not masked")) : List.of());
        start();
        publisher.publish("a.b", BODY).join();
        assertThat(target.entries().get(0)).contains("\"body\":{\"masked\":true}");
        assertThat(published(0).userId()).isNull();
        assertThat(published(0).key())
                .as("strategies see what transformers leave")
                .isNull();
        assertThat(publisher.validate(Event.of("a.b", BODY))).isEmpty();
    }

    @Test
    void an_event_made_by_a_transformer_gets_what_it_lacks() {
        builder.transform(event -> Event.of("order.paid", event.body()));
        start();
        publisher.publish("a.b", BODY).join();
        assertThat(published(0).type()).isEqualTo("order.paid");
        assertThat(published(0).origin()).isEqualTo("billing");
        assertThat(published(0).correlationId()).isEqualTo(published(0).id());
    }

    @Test
    void a_dropped_event_is_never_sent_says_so_and_is_counted() {
        builder.transform(event -> event.header().type().startsWith("debug.") ? null : event);
        start();
        assertThatThrownBy(() -> publisher.publish("debug.seen", BODY).join())
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        PublishException.class,
                        e -> assertThat(e.outcome()).isEqualTo(PublishException.Outcome.DROPPED))
                .hasMessageContaining("debug.seen")
                .hasMessageContaining("was not stored: a transformer dropped it");
        publisher.publish("a.b", BODY).join();
        assertThat(target.entries()).hasSize(1);
        assertThat(registry.get("millrace.publisher.dropped")
                        .tag("type", "debug.seen")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(publisher.validate(Event.of("debug.seen", BODY))).isEmpty();
    }

    @Test
    void what_a_transformer_throws_refuses_the_event_in_the_callers_stack() {
        builder.transform(event -> {
            throw new IllegalStateException("no tenant");
        });
        start();
        assertThatThrownBy(() -> publisher.publish("a.b", BODY)).hasMessage("no tenant");
        assertThat(target.entries()).isEmpty();
        assertThat(registry.get("millrace.publisher.refused")
                        .tag("type", "a.b")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void validate_tells_the_violations_and_publishes_nothing() {
        Violation violation = new Violation("n", "must be 2");
        builder.validator((type, body) -> List.of(violation));
        start();
        assertThat(publisher.validate(Event.of("a.b", BODY))).containsExactly(violation);
        assertThat(target.entries()).isEmpty();
    }

    @Test
    void one_call_may_bring_rules_of_its_own() {
        builder.validator((type, body) -> List.of(new Violation("n", "is always wrong")));
        start();
        Event event = Event.of("a.b", BODY);
        EventValidator rules = EventValidator.onType("a.b", Map.class, body -> List.of(new Violation("n", "is odd")));
        assertThatThrownBy(() -> publisher.publish(event, rules))
                .isInstanceOf(EventValidationException.class)
                .hasMessage("event a.b: 1 violation: n is odd");
        assertThatCode(() -> publisher.publish(event, EventValidator.none()).join())
                .doesNotThrowAnyException();
    }
}
