package dev.millrace.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class DeliveryContextTest {

    private static final EventHeader OUTER = EventHeader.builder("order.paid").build();
    private static final EventHeader INNER =
            EventHeader.builder("order.shipped").build();

    @Test
    void a_scope_ends_with_what_was_current_before_it() {
        assertThat(DeliveryContext.current()).isNull();
        try (DeliveryContext.Scope outer = DeliveryContext.open(OUTER)) {
            try (DeliveryContext.Scope inner = DeliveryContext.open(INNER)) {
                assertThat(DeliveryContext.current()).isSameAs(INNER);
            }
            assertThat(DeliveryContext.current()).isSameAs(OUTER);
        }
        assertThat(DeliveryContext.current()).isNull();
    }

    @Test
    void wrapped_work_takes_the_context_to_another_thread() throws InterruptedException {
        AtomicReference<EventHeader> seen = new AtomicReference<>();
        Thread thread;
        try (DeliveryContext.Scope scope = DeliveryContext.open(OUTER)) {
            thread = new Thread(DeliveryContext.wrap(() -> seen.set(DeliveryContext.current())));
        }
        thread.start();
        thread.join();

        assertThat(seen).hasValue(OUTER);
    }

    @Test
    void a_wrapped_executor_gives_each_task_the_context_it_was_handed_in_with() {
        List<Runnable> queue = new ArrayList<>();
        List<EventHeader> seen = new ArrayList<>();
        var executor = DeliveryContext.wrap(queue::add);
        Runnable look = () -> seen.add(DeliveryContext.current());

        try (DeliveryContext.Scope scope = DeliveryContext.open(OUTER)) {
            executor.execute(look);
        }
        executor.execute(look);
        try (DeliveryContext.Scope scope = DeliveryContext.open(INNER)) {
            queue.forEach(Runnable::run);
            assertThat(DeliveryContext.current()).isSameAs(INNER);
        }

        assertThat(seen).containsExactly(OUTER, null);
    }

    @Test
    void a_task_that_fails_leaves_no_context_behind() {
        Runnable failing;
        try (DeliveryContext.Scope scope = DeliveryContext.open(OUTER)) {
            failing = DeliveryContext.wrap(() -> {
                throw new IllegalStateException("boom");
            });
        }
        assertThatThrownBy(failing::run).hasMessage("boom");

        assertThat(DeliveryContext.current()).isNull();
    }
}
