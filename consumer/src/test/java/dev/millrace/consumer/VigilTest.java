package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class VigilTest {

    private final ReentrantLock lock = new ReentrantLock();
    private final Vigil vigil = new Vigil(lock);
    private final AtomicInteger level = new AtomicInteger();
    private final AtomicInteger asked = new AtomicInteger();

    @Test
    void a_state_that_has_come_is_not_waited_for() throws Exception {
        assertThat(vigil.await(() -> true, 0)).isTrue();
    }

    @Test
    void a_state_that_does_not_come_is_waited_for_until_the_limit() throws Exception {
        assertThat(vigil.await(() -> false, TimeUnit.MILLISECONDS.toNanos(1))).isFalse();
    }

    @Test
    void each_is_woken_by_its_own_state_only() throws Exception {
        CompletableFuture<Boolean> one = waitsFor(1);
        CompletableFuture<Boolean> two = waitsFor(2);
        Awaitility.await().until(() -> asked.get() >= 2);

        rise();

        assertThat(one.get(5, TimeUnit.SECONDS)).isTrue();
        assertThat(two).isNotDone();

        rise();

        assertThat(two.get(5, TimeUnit.SECONDS)).isTrue();
    }

    private CompletableFuture<Boolean> waitsFor(int wanted) {
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        Thread waiter = new Thread(() -> {
            try {
                answer.complete(vigil.await(
                        () -> {
                            asked.incrementAndGet();
                            return level.get() >= wanted;
                        },
                        Duration.ofMinutes(1).toNanos()));
            } catch (InterruptedException e) {
                answer.completeExceptionally(e);
            }
        });
        waiter.setDaemon(true);
        waiter.start();
        return answer;
    }

    private void rise() {
        lock.lock();
        try {
            level.incrementAndGet();
            vigil.changed();
        } finally {
            lock.unlock();
        }
    }
}
