package dev.millrace.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.event.Event;
import dev.millrace.event.EventHeader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Routes that differ in condition, order, priority or target. */
class RouteChoicesTest {

    private static EventHeader of(String tenant) {
        return EventHeader.builder("order.paid").tenantId(tenant).build();
    }

    private static boolean isOf(EventHeader header, String tenant) {
        return tenant.equals(header.tenantId());
    }

    @Test
    void conditions_on_one_pattern_are_asked_in_their_order_and_then_the_next_best_route() {
        Routing routing = Routing.builder()
                .route("order.*")
                .toStream("rest")
                .route("order.*")
                .onlyIf(header -> isOf(header, "b") || isOf(header, "a"))
                .order(2)
                .toStream("b-orders")
                .route("order.*")
                .onlyIf(header -> isOf(header, "a"))
                .order(1)
                .toStream("a-orders")
                .build();

        assertThat(routing.resolve(of("a")).stream()).isEqualTo("a-orders");
        assertThat(routing.resolve(of("b")).stream()).isEqualTo("b-orders");
        assertThat(routing.resolve(of("c")).stream()).isEqualTo("rest");
        assertThat(routing.explain(of("b"))).hasToString("""
                        order.paid -> stream b-orders
                          route "order.*" with a condition, order 1 matches, but its condition does not hold
                          route "order.*" with a condition, order 2 matches, its condition holds: taken
                          route "order.*" matches too, and comes later""");
    }

    @Test
    void conditions_on_one_pattern_without_an_order_are_refused_with_the_mend() {
        RoutingBuilder routes = Routing.builder()
                .route("order.*")
                .onlyIf(header -> isOf(header, "a"))
                .toStream("a-orders")
                .route("order.*")
                .onlyIf(header -> isOf(header, "b"))
                .toStream("b-orders");

        assertThatIllegalArgumentException()
                .isThrownBy(routes::build)
                .withMessageContaining("more than one route \"order.*\" with a condition, to stream a-orders and stream"
                        + " b-orders; say which is asked first with order(1) and order(2)");
    }

    @Test
    void an_order_does_not_hide_a_route_that_can_never_match() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Routing.builder()
                        .route("order.*")
                        .toStream("a")
                        .route("order.*")
                        .order(1)
                        .toStream("b")
                        .build())
                .withMessageContaining("route \"order.*\", order 1 can never match");
    }

    @Test
    void a_route_names_its_target_and_priority() {
        InMemoryEvents memory = InMemoryEvents.create();
        Routing routing = Routing.builder()
                .route("order.*")
                .priority(Priority.HIGH)
                .toStream("orders")
                .route("debug.**")
                .toConsole()
                .route("test.**")
                .priority(Priority.LOW)
                .toMemory(memory)
                .build();

        assertThat(routing.resolve(of("a"))).hasToString("order.* -> stream orders, priority HIGH");
        Route console = routing.resolve(EventHeader.builder("debug.seen").build());
        assertThat(console.kind()).isEqualTo(Route.Kind.CONSOLE);
        assertThat(console).hasToString("debug.** -> console");
        Route toMemory = routing.resolve(EventHeader.builder("test.run").build());
        assertThat(toMemory.memory()).isSameAs(memory);
        assertThat(toMemory.priority()).isEqualTo(Priority.LOW);
        assertThat(routing.resolve(EventHeader.builder("user.x").build()).priority())
                .isEqualTo(Priority.NORMAL);
    }

    @Test
    void redis_is_needed_unless_no_event_can_go_there() {
        InMemoryEvents memory = InMemoryEvents.create();

        assertThat(Routing.defaults().usesStreams()).isTrue();
        assertThat(Routing.builder().route("**").toMemory(memory).build().usesStreams())
                .isFalse();
        assertThat(Routing.builder().route("a.**").toMemory(memory).build().usesStreams())
                .isTrue();
        assertThat(Routing.builder()
                        .route("a.**")
                        .toConsole()
                        .unmatched(Unmatched.REFUSE)
                        .build()
                        .usesStreams())
                .isFalse();
    }

    @Test
    void memory_keeps_the_last_events_and_reads_their_bodies() {
        InMemoryEvents memory = InMemoryEvents.keeping(2);
        for (int i = 0; i < 3; i++) {
            memory.add(Event.of("a.b", Integer.toString(i).getBytes(StandardCharsets.UTF_8)));
        }

        assertThat(memory.bodies("a.b", Integer.class)).isEqualTo(List.of(1, 2));
        assertThat(memory.bodies("a.c", Integer.class)).isEmpty();
        memory.clear();
        assertThat(memory.size()).isZero();
        assertThatIllegalArgumentException().isThrownBy(() -> InMemoryEvents.keeping(0));
    }
}
