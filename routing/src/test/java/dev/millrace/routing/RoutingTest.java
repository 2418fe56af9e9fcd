package dev.millrace.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.millrace.event.EventHeader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoutingTest {

    @Test
    void without_routes_an_event_goes_to_its_namespaces_stream() {
        assertThat(Routing.defaults().resolve(event("order.paid")).stream()).isEqualTo("order-events");
        assertThat(Routing.defaults().resolve(event("order")).stream()).isEqualTo("order-events");
    }

    @Test
    void an_unmatched_event_is_refused_where_that_is_asked_for() {
        Routing routing = Routing.builder()
                .route("order.**")
                .toStream("order-events")
                .unmatched(Unmatched.REFUSE)
                .build();

        assertThat(routing.resolve(event("order.paid")).stream()).isEqualTo("order-events");
        assertThatExceptionOfType(UnroutableEventException.class)
                .isThrownBy(() -> routing.resolve(event("user.created")))
                .withMessage(
                        "event user.created: no route matches its type, and unmatched events are refused; add a route"
                                + " for it, or allow unmatched(TO_NAMESPACE_STREAM)");
        assertThat(routing.explain(event("user.created")).route()).isEmpty();
        assertThat(routing.explain(event("user.created")))
                .asString()
                .startsWith("user.created -> refused\n  no route matches its type");
    }

    @Test
    void a_prefix_changes_the_entrys_pattern_and_not_the_stream() {
        Routing routing = Routing.builder()
                .route("order.**")
                .prefix("shop.")
                .toStream("{namespace}-events")
                .build();

        Route route = routing.resolve(event("order.paid"));

        assertThat(route.prefix()).isEqualTo("shop.");
        assertThat(route.stream()).isEqualTo("order-events");
        assertThat(routing.resolve(event("user.created")).prefix()).isEmpty();
    }

    @Test
    void a_route_left_out_takes_nothing_and_contradicts_nothing() {
        Routing routing = Routing.builder()
                .route("order.**")
                .when(false)
                .toStream("old")
                .route("order.**")
                .when(true)
                .toStream("new")
                .route("order.paid")
                .when(true)
                .when(false)
                .toStream("paid")
                .build();

        assertThat(routing.resolve(event("order.paid")).stream()).isEqualTo("new");
        assertThat(routing.explain(event("order.paid")).reasons())
                .containsExactly(
                        "route \"order.**\" matches: taken",
                        "route \"order.paid\" would match, but when(false) leaves it out",
                        "route \"order.**\" would match, but when(false) leaves it out");
    }

    @Test
    void where_a_condition_does_not_hold_the_next_best_route_takes_the_event() {
        Routing routing = Routing.builder()
                .route("order.**")
                .toStream("orders")
                .route("order.paid")
                .onlyIf(header -> "acme".equals(header.tenantId()))
                .toStream("acme")
                .route("order.paid")
                .toStream("payments")
                .route("order.*")
                .onlyIf(header -> header.key() != null)
                .onlyIf(header -> "k".equals(header.key()))
                .toStream("keyed")
                .build();
        EventHeader acme = EventHeader.builder("order.paid").tenantId("acme").build();

        assertThat(routing.resolve(acme).stream()).isEqualTo("acme");
        assertThat(routing.resolve(event("order.paid")).stream()).isEqualTo("payments");
        assertThat(routing.resolve(acme).stream()).as("after another header").isEqualTo("acme");
        assertThat(routing.resolve(event("order.sent")).stream()).isEqualTo("orders");
        assertThat(routing.resolve(EventHeader.builder("order.sent").key("k").build()).stream())
                .isEqualTo("keyed");
        assertThat(routing.explain(event("order.paid"))).hasToString("""
            order.paid -> stream payments
              route "order.paid" with a condition matches, but its condition does not hold
              route "order.paid" matches: taken
              route "order.*" with a condition matches too, and is less specific
              route "order.**" matches too, and is less specific\
            """);
        assertThat(routing.explain(acme).reasons())
                .first()
                .isEqualTo("route \"order.paid\" with a condition matches, its condition holds: taken");
    }

    @Test
    void where_no_condition_holds_the_unmatched_policy_decides() {
        RoutingBuilder builder =
                Routing.builder().route("order.*").onlyIf(header -> false).toStream("never");

        assertThat(builder.build().resolve(event("order.paid")).stream()).isEqualTo("order-events");
        assertThat(builder.build().explain(event("order.paid")).reasons())
                .containsExactly(
                        "route \"order.*\" with a condition matches, but its condition does not hold",
                        "no route takes it, so it goes to the stream of its first segment");
        Routing strict = builder.unmatched(Unmatched.REFUSE).build();
        assertThatExceptionOfType(UnroutableEventException.class)
                .isThrownBy(() -> strict.resolve(event("order.paid")))
                .withMessageContaining("no condition of the routes that match its type holds");
    }

    @Test
    void a_condition_that_throws_names_its_route() {
        Routing routing = Routing.builder()
                .route("order.**")
                .onlyIf(header -> {
                    throw new IllegalStateException("boom");
                })
                .toStream("orders")
                .build();

        assertThatExceptionOfType(UnroutableEventException.class)
                .isThrownBy(() -> routing.resolve(event("order.paid")))
                .withMessageContaining("event order.paid: the condition of route \"order.**\"")
                .withRootCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void a_type_missed_by_a_final_star_is_warned_of_once() {
        List<String> warnings = new ArrayList<>();
        Routing routing = Routing.builder()
                .route("order.*")
                .toStream("orders")
                .route("*.audit.**")
                .toStream("audit")
                .build(warnings::add);

        routing.resolve(event("order.paid.late"));
        routing.resolve(event("order.paid.late"));
        routing.explain(event("order.paid.late"));
        routing.resolve(event("order.paid"));
        routing.resolve(event("user.created"));
        routing.resolve(event("order.audit.done"));

        assertThat(warnings)
                .containsExactly(
                        "event type order.paid.late matches no route; route \"order.*\" would match if its final *"
                                + " were **; write \"order.**\" if that is meant");
        assertThat(routing.explain(event("order.paid.late")).reasons())
                .singleElement()
                .asString()
                .contains("would match if its final * were **");
    }

    @Test
    void made_up_types_do_not_fill_the_log() {
        List<String> warnings = new ArrayList<>();
        Routing routing = Routing.builder().route("order.*").toStream("orders").build(warnings::add);

        for (int i = 0; i < 3_000; i++) {
            routing.resolve(event("order.paid.late" + i));
        }

        assertThat(warnings).hasSize(1_000);
    }

    @Test
    void a_prefix_with_white_space_is_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Routing.builder().route("order.*").prefix("x ."))
                .withMessageContaining("prefix of route \"order.*\"");
    }

    @Test
    void a_route_without_a_target_is_not_forgotten_silently() {
        RoutingBuilder builder = Routing.builder();
        RoutingBuilder.RouteBuilder route = builder.route("order.*").prefix("x.");

        assertThatIllegalStateException()
                .isThrownBy(builder::build)
                .withMessage("route \"order.*\" has no target; end it with toStream(...)");
        assertThatIllegalStateException().isThrownBy(() -> builder.route("user.*"));

        route.toStream("orders");
        assertThatIllegalStateException()
                .isThrownBy(() -> route.toStream("orders2"))
                .withMessageContaining("has its target already");
        assertThat(builder.build().resolve(event("order.paid")).stream()).isEqualTo("orders");
    }

    @Test
    void a_builder_used_again_leaves_what_it_built_unchanged() {
        RoutingBuilder builder = Routing.builder().route("order.*").toStream("orders");
        Routing first = builder.build();

        builder.route("user.*").toStream("users").unmatched(Unmatched.REFUSE);

        assertThat(first.resolve(event("user.created")).stream()).isEqualTo("user-events");
        assertThat(first).hasToString("Routing[route \"order.*\" -> orders, unmatched TO_NAMESPACE_STREAM]");
    }

    @Test
    void a_type_asked_for_again_costs_no_new_route() {
        Routing routing = Routing.builder()
                .route("order.*")
                .toStream("{namespace}-events")
                .build();

        assertThat(routing.resolve(event("order.paid"))).isSameAs(routing.resolve(event("order.paid")));
    }

    private static EventHeader event(String type) {
        return EventHeader.builder(type).build();
    }
}
