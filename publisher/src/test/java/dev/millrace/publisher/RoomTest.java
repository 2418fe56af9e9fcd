package dev.millrace.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RoomTest {

    private static final long LONG = TimeUnit.SECONDS.toNanos(20);

    @Test
    void events_and_bytes_are_both_bounded() {
        Room room = new Room(2, 100);
        assertThat(room.tryTake(60)).isTrue();
        assertThat(room.tryTake(41)).as("101 bytes").isFalse();
        assertThat(room.tryTake(40)).isTrue();
        assertThat(room.tryTake(0)).as("a third event").isFalse();
        assertThat(room.events()).isEqualTo(2);
        assertThat(room.bytes()).isEqualTo(100);
        room.give(60);
        assertThat(room.events()).isEqualTo(1);
        assertThat(room.bytes()).isEqualTo(40);
    }

    @Test
    void who_waits_gets_the_room_that_is_given_back() throws Exception {
        Room room = new Room(1, 100);
        assertThat(room.tryTake(10)).isTrue();
        CompletableFuture<Boolean> waiter = taker(room, 10);
        awaitWaiting(room, 1);
        room.give(10);
        assertThat(waiter.get(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void small_events_do_not_starve_a_large_one() throws Exception {
        Room room = new Room(100, 100);
        assertThat(room.tryTake(50)).isTrue();
        assertThat(room.tryTake(50)).isTrue();
        CompletableFuture<Boolean> large = taker(room, 80);
        awaitWaiting(room, 1);
        room.give(50);
        while (!room.isReserved()) {
            Thread.onSpinWait();
        }
        assertThat(room.tryTake(10)).as("the large one is before it").isFalse();
        room.give(50);
        assertThat(large.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(room.tryTake(10)).isTrue();
    }

    @Test
    void no_room_in_time_leaves_nothing_taken() throws Exception {
        Room room = new Room(1, 100);
        assertThat(room.tryTake(10)).isTrue();
        assertThat(room.take(10, TimeUnit.MILLISECONDS.toNanos(20))).isFalse();
        assertThat(room.events()).isEqualTo(1);
        room.give(10);
        assertThat(room.tryTake(10)).as("nobody waits any more").isTrue();
    }

    @Test
    void an_interrupt_ends_the_wait_and_lets_the_next_one_in_the_queue_through() throws Exception {
        Room room = new Room(1, 100);
        assertThat(room.tryTake(10)).isTrue();
        Thread first = new Thread(
                () -> assertThatThrownBy(() -> room.take(10, LONG)).isInstanceOf(InterruptedException.class));
        first.start();
        awaitWaiting(room, 1);
        CompletableFuture<Boolean> second = taker(room, 10);
        awaitWaiting(room, 2);
        first.interrupt();
        first.join();
        room.give(10);
        assertThat(second.get(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void room_that_one_event_passes_on_to_another_is_no_business_of_those_who_wait() throws Exception {
        Room room = new Room(1, 100);
        assertThat(room.tryTake(10)).isTrue();
        CompletableFuture<Boolean> waits = taker(room, 60);
        awaitWaiting(room, 1);
        assertThat(room.exchange(10, 101)).as("larger than all there is").isFalse();
        assertThat(room.exchange(10, 100)).isTrue();
        assertThat(room.events()).isEqualTo(1);
        assertThat(room.bytes()).isEqualTo(100);
        assertThat(waits).isNotDone();
        room.give(100);
        assertThat(waits.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(room.bytes()).isEqualTo(60);
    }

    @Test
    void a_smaller_event_that_takes_the_place_of_a_larger_one_lets_somebody_in_besides() throws Exception {
        Room room = new Room(2, 100);
        assertThat(room.tryTake(90)).isTrue();
        CompletableFuture<Boolean> waits = taker(room, 60);
        awaitWaiting(room, 1);
        assertThat(room.exchange(90, 40)).isTrue();
        assertThat(waits.get(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void close_ends_all_waiting() throws Exception {
        Room room = new Room(1, 100);
        assertThat(room.tryTake(10)).isTrue();
        CompletableFuture<Boolean> one = taker(room, 10);
        CompletableFuture<Boolean> other = taker(room, 10);
        awaitWaiting(room, 2);
        room.close();
        assertThat(one.get(10, TimeUnit.SECONDS)).isFalse();
        assertThat(other.get(10, TimeUnit.SECONDS)).isFalse();
    }

    @Test
    void many_threads_never_exceed_the_bound_and_none_is_forgotten() throws Exception {
        Room room = new Room(8, 1_000);
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(64);
        for (int i = 0; i < 64; i++) {
            new Thread(() -> {
                        for (int turn = 0; turn < 200; turn++) {
                            takeAndGive(room, inside, most);
                        }
                        done.countDown();
                    })
                    .start();
        }
        assertThat(done.await(25, TimeUnit.SECONDS)).isTrue();
        assertThat(most.get()).isBetween(1, 8);
        assertThat(room.events()).isZero();
        assertThat(room.bytes()).isZero();
    }

    private static void takeAndGive(Room room, AtomicInteger inside, AtomicInteger most) {
        try {
            if (!room.tryTake(100) && !room.take(100, LONG)) {
                throw new IllegalStateException("no room");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
        inside.decrementAndGet();
        room.give(100);
    }

    private static CompletableFuture<Boolean> taker(Room room, int bytes) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return room.take(bytes, LONG);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                },
                task -> new Thread(task).start());
    }

    private static void awaitWaiting(Room room, int count) {
        while (room.waiting() < count) {
            Thread.onSpinWait();
        }
    }
}
