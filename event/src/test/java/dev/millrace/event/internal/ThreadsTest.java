package dev.millrace.event.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ThreadsTest {

    @Test
    void daemon_threads_are_named_and_numbered_and_keep_no_jvm_alive() {
        var factory = Threads.daemon("fetch-");

        Thread first = factory.newThread(() -> {});
        Thread second = factory.newThread(() -> {});

        assertThat(first.getName()).isEqualTo("fetch-0");
        assertThat(second.getName()).isEqualTo("fetch-1");
        assertThat(first.isDaemon()).isTrue();
    }

    @Test
    void tasks_run_on_virtual_threads_exactly_where_the_jvm_has_them() throws Exception {
        ExecutorService executor = Threads.perTask("handler-", 2);
        try {
            Thread thread = CompletableFuture.supplyAsync(Thread::currentThread, executor)
                    .get(10, TimeUnit.SECONDS);

            assertThat(Threads.virtualAvailable())
                    .isEqualTo(Runtime.version().feature() >= 21)
                    .isEqualTo(isVirtual(thread));
            assertThat(thread.getName()).isEqualTo("handler-0");
            assertThat(thread.isDaemon()).isTrue();
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void the_factory_gives_what_the_executor_uses() throws Exception {
        Thread thread = Threads.virtualOrDaemon("lane-").newThread(() -> {});

        assertThat(isVirtual(thread)).isEqualTo(Threads.virtualAvailable());
        assertThat(thread.getName()).isEqualTo("lane-0");
    }

    private static boolean isVirtual(Thread thread) throws ReflectiveOperationException {
        if (Runtime.version().feature() < 21) {
            return false;
        }
        Method isVirtual = Thread.class.getMethod("isVirtual");
        return (boolean) isVirtual.invoke(thread);
    }
}
