package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** For how long suspects hold up the others, and for whom they wait. */
@Timeout(90)
class QuarantineLimitsIT extends SuspectTests {

    private final AtomicInteger quick = new AtomicInteger();
    private final AtomicLong skipped = new AtomicLong();

    private ConsumerServer started(Duration claimIdle) {
        return server(claimIdle)
                .clock(Clock.systemUTC(), () -> System.nanoTime() + skipped.get())
                .build()
                .addHandler("suspect", Map.class, (body, header) -> runSuspect(body))
                .addHandler("order.paid", Map.class, (body, header) -> quick.incrementAndGet())
                .start();
    }

    /** How long a quick one takes that comes now. */
    private Duration quickOne() {
        int before = quick.get();
        long addedAt = System.nanoTime();
        stream.add("order.paid", "{\"id\":" + before + "}");
        await().atMost(Duration.ofSeconds(40)).until(() -> quick.get() == before + 1);
        return Duration.ofNanos(System.nanoTime() - addedAt);
    }

    @Test
    void a_handler_of_ten_times_claim_idle_is_no_longer_waited_for_even_if_it_came_back_once() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        stream.add("long", "{}");
        stream.readAs("gone");
        stream.age("gone", Duration.ofSeconds(5));
        try (ConsumerServer server = server(Duration.ofMillis(500)).build()) {
            AtomicInteger longOnes = new AtomicInteger();
            server.addHandler("suspect", Map.class, (body, header) -> runSuspect(body))
                    .addHandler("long", Map.class, (body, header, delivery) -> {
                        assertThat(delivery.redelivered()).isTrue();
                        longOnes.incrementAndGet();
                        release.await();
                    })
                    .start();
            await().until(() -> longOnes.get() == 1);
            suspect(settled(server, 1));
            long since = System.nanoTime();
            await().atMost(Duration.ofSeconds(40)).until(() -> suspects.get() == 2);
            assertThat(Duration.ofNanos(System.nanoTime() - since))
                    .as("it was waited for so long")
                    .isGreaterThan(Duration.ofSeconds(3));
            assertThat(server.status().load().running()).as("the long one").isEqualTo(1);
            assertThat(longOnes).hasValue(1);
            release.countDown();
            await().until(() -> server.pending() == 0);
        }
    }

    @Test
    void many_suspects_hold_the_others_up_for_a_slice_at_a_time() throws Exception {
        for (int i = 0; i < 10; i++) {
            planted(800);
        }
        try (ConsumerServer server = started(Duration.ofSeconds(2))) {
            alone.await();
            // A slice is at most one and a half claim-idle; all of them take 8 s.
            assertThat(quickOne()).isLessThan(Duration.ofSeconds(5));
            assertThat(suspects.get()).isLessThan(7);
            await().atMost(Duration.ofSeconds(60)).until(() -> server.pending() == 0);
            assertThat(suspects).hasValue(10);
        }
    }

    @Test
    void one_suspect_that_does_not_end_holds_the_others_up_for_a_slice_and_goes_on_beside_them() throws Exception {
        planted(9_000);
        try (ConsumerServer server = started(Duration.ofSeconds(2))) {
            alone.await();
            assertThat(quickOne()).isLessThan(Duration.ofSeconds(5));
            assertThat(ended.getCount()).as("the suspect still runs").isEqualTo(1);
            ended.await();
            await().until(() -> server.pending() == 0);
            assertThat(suspects).hasValue(1);
        }
    }

    @Test
    void a_server_stays_up_while_a_suspect_runs_alone() throws Exception {
        planted(12_000);
        try (ConsumerServer server = started(Duration.ofSeconds(21))) {
            skip(Duration.ofSeconds(21));
            alone.await();
            // So that a sweep that had to end would be overdue: it may take a third of claim-idle and 10 s more.
            skip(Duration.ofSeconds(8));
            pause(10_000);
            assertThat(ended.getCount()).as("the suspect still runs").isEqualTo(1);
            assertThat(quick.get()).isZero();
            assertThat(server.health().reason()).isEmpty();
        }
    }

    private void skip(Duration time) {
        skipped.addAndGet(time.toNanos());
    }
}
