package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What others notice of it when an entry that came back repeatedly runs alone: nothing but a short wait. */
@Timeout(90)
class QuarantineIT extends SuspectTests {

    private int added;

    @Test
    void a_handler_that_has_succeeded_does_not_run_again_because_a_suspect_needs_the_process() {
        AtomicInteger first = new AtomicInteger();
        AtomicInteger second = new AtomicInteger();
        ConsumerServerBuilder builder =
                server(Duration.ofSeconds(2)).retry(RetryPolicy.fixed(3, Duration.ofSeconds(6)));
        try (ConsumerServer server = builder.build()) {
            server.addHandler("suspect", Map.class, (body, header) -> runSuspect(body))
                    .addHandler(
                            "order.paid",
                            Map.class,
                            (body, header) -> first.incrementAndGet(),
                            HandlerOptions.defaults().priority(1))
                    .addHandler("order.paid", Map.class, (body, header, delivery) -> {
                        second.incrementAndGet();
                        if (delivery.attempt() == 1) {
                            throw new IllegalStateException("first time");
                        }
                    })
                    .start();
            String id = settled(server);
            stream.add("order.paid", "{}");
            await().until(() -> second.get() == 1);
            suspect(id);
            await().until(() -> suspects.get() == 2);
            await().atMost(Duration.ofSeconds(30)).until(() -> second.get() == 2 && server.pending() == 0);
        }
        assertThat(first).as("runs of the handler that succeeded").hasValue(1);
    }

    @Test
    void events_of_one_key_keep_their_order_while_a_suspect_runs_alone() throws Exception {
        List<Integer> handled = new CopyOnWriteArrayList<>();
        try (ConsumerServer server = server(Duration.ofSeconds(1))
                .concurrency(1)
                .order(OrderPolicy.byKey())
                .build()) {
            server.addHandler("suspect", Map.class, (body, header) -> runSuspect(body))
                    .addHandler("order.paid", Map.class, (body, header) -> {
                        handled.add((Integer) body.get("id"));
                        pause(10);
                    })
                    .start();
            String id = settled(server);
            // Newer ones come all the time, before, meanwhile and after.
            int after = 60;
            while (after > 0) {
                String body = "{\"id\":" + added++ + "}";
                stream.add("*", "order.paid", body, header -> header.key("k"));
                if (added == 60) {
                    suspect(id);
                }
                pause(added < 60 ? 1 : 10);
                after -= suspects.get() == 2 ? 1 : 0;
            }
            await().atMost(Duration.ofSeconds(40)).until(() -> handled.size() >= added && server.pending() == 0);
        }
        assertThat(handled).isEqualTo(IntStream.range(0, added).boxed().toList());
    }

    @Test
    void a_suspect_waits_for_its_turn_behind_an_event_of_its_key_that_waits_for_its_retry() throws Exception {
        List<String> handled = new CopyOnWriteArrayList<>();
        try (ConsumerServer server = server(Duration.ofMillis(600))
                .order(OrderPolicy.byKey())
                .retry(RetryPolicy.fixed(3, Duration.ofSeconds(5)))
                .build()) {
            server.addHandler("order.paid", Map.class, (body, header, delivery) -> {
                        handled.add(body.get("id") + " " + delivery.attempt());
                        if (body.get("id").equals("fails") && delivery.attempt() == 1) {
                            throw new IllegalStateException("first time");
                        }
                    })
                    .start();
            String id = stream.add("*", "order.paid", "{\"id\":\"suspect\"}", header -> header.key("k"));
            await().until(() -> handled.size() == 1 && server.pending() == 0);
            stream.add("*", "order.paid", "{\"id\":\"fails\"}", header -> header.key("k"));
            await().until(() -> server.status().load().waiting() == 1);
            suspect(id);
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> server.status().totals().reclaimed() == 1);
            assertThat(handled).containsExactly("suspect 1", "fails 1");
            await().atMost(Duration.ofSeconds(20)).until(() -> handled.size() == 4 && server.pending() == 0);
        }
        assertThat(handled).containsExactly("suspect 1", "fails 1", "fails 2", "suspect 1");
    }

    @Test
    void one_long_handler_and_one_suspect_do_not_stop_the_rest() throws Exception {
        AtomicInteger quick = new AtomicInteger();
        CountDownLatch release = new CountDownLatch(1);
        try (ConsumerServer server = server(Duration.ofSeconds(6)).build()) {
            server.addHandler("suspect", Map.class, (body, header) -> runSuspect(body))
                    .addHandler("long", Map.class, (body, header) -> release.await())
                    .addHandler("order.paid", Map.class, (body, header) -> quick.incrementAndGet())
                    .start();
            String id = settled(server);
            stream.add("long", "{}");
            await().until(() -> server.status().load().running() == 1);
            suspect(id);
            long longest = 0;
            for (int i = 0; i < 60; i++) {
                long addedAt = System.nanoTime();
                int number = i;
                stream.add("order.paid", "{\"id\":" + i + "}");
                await().atMost(Duration.ofSeconds(20)).until(() -> quick.get() == number + 1);
                longest = Math.max(longest, System.nanoTime() - addedAt);
                pause(150);
            }
            assertThat(Duration.ofNanos(longest))
                    .as("the longest wait of a quick one")
                    .isLessThan(Duration.ofSeconds(3));
            assertThat(suspects).as("it ran beside the long one").hasValue(1);
            release.countDown();
            await().atMost(Duration.ofSeconds(60)).until(() -> suspects.get() == 2);
        }
    }

    @Test
    void a_suspect_that_takes_its_time_is_no_lack_of_progress() throws Exception {
        planted(2_500);
        try (ConsumerServer server = server(Duration.ofSeconds(6)).build()) {
            server.addHandler("suspect", Map.class, (body, header) -> runSuspect(body))
                    .start();
            alone.await();
            pause(1_500);
            assertThat(server.status().loops())
                    .filteredOn(loop -> loop.name().endsWith("reclaim"))
                    .singleElement()
                    .satisfies(loop -> assertThat(loop.sinceProgress()).isLessThan(Duration.ofSeconds(1)));
        }
    }

    @Test
    void a_pause_lets_no_further_suspect_begin() throws Exception {
        planted(1_000);
        planted(1_000);
        try (ConsumerServer server = server(Duration.ofSeconds(6)).build()) {
            server.addHandler("suspect", Map.class, (body, header) -> runSuspect(body))
                    .start();
            alone.await();
            server.pause();
            pause(2_500);
            assertThat(suspects).hasValue(1);
            assertThat(server.pending()).isEqualTo(1);
            server.resume();
            await().atMost(Duration.ofSeconds(20)).until(() -> server.pending() == 0);
        }
    }

    @Test
    void whoever_processes_by_hand_waits_until_the_suspect_has_ended() throws Exception {
        List<Object> handled = new CopyOnWriteArrayList<>();
        planted(2_500);
        try (ConsumerServer server = server(Duration.ofSeconds(6)).consumer("w").build()) {
            server.addHandler("suspect", Map.class, (body, header) -> runSuspect(body))
                    .addHandler("order.paid", Map.class, (body, header) -> handled.add(body.get("id")))
                    .start();
            alone.await();
            String left = stream.add("order.paid", "{\"id\":1}");
            stream.readAs("w");
            stream.add("order.paid", "{\"id\":2}");

            FutureTask<Boolean> one =
                    new FutureTask<>(() -> server.process(left).handled() == 1 && ended.getCount() == 0);
            new Thread(one).start();
            // The server's own loop may be faster with it.
            FutureTask<Boolean> next = new FutureTask<>(() -> server.processBatch(1) != null && ended.getCount() == 0);
            new Thread(next).start();
            assertThat(next.get(20, TimeUnit.SECONDS)).isTrue();
            assertThat(one.get(20, TimeUnit.SECONDS)).isTrue();
            await().until(() -> handled.size() == 2);
        }
    }
}
