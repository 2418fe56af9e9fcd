package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.event.Delivery;
import dev.millrace.testkit.RedisExtension;
import dev.millrace.testkit.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What close keeps to: its time, whether Redis answers or not, and its word about what somebody acknowledges meanwhile. */
@Timeout(120)
class CloseDeadlineIT {

    @RegisterExtension
    static final RedisExtension REDIS = new RedisExtension();

    @Test
    void a_silent_redis_does_not_hold_close_beyond_its_deadline_however_many_streams_there_are() throws Exception {
        try (RedisServer redis = RedisServer.embedded()) {
            TestStream stream = new TestStream(redis);
            ConsumerServerBuilder builder = ConsumerServer.builder().redis(redis.uri()).stream(stream.name())
                    .group(TestStream.GROUP)
                    .group("others");
            for (int i = 0; i < 4; i++) {
                builder.stream(TestStream.freshName());
            }
            CountDownLatch release = new CountDownLatch(1);
            ConsumerServer server = builder.build();
            server.addHandler("**", Map.class, (body, header) -> release.await())
                    .start();
            stream.add("order.paid", "{}");
            await().until(() -> server.status().load().running() == 2);
            redis.pause();
            try {
                long startedAt = System.nanoTime();
                server.close(Duration.ofSeconds(1));
                assertThat(Duration.ofNanos(System.nanoTime() - startedAt)).isLessThan(Duration.ofSeconds(3));
            } finally {
                redis.resume();
                release.countDown();
            }
        }
    }

    /** Says when it is told of an acknowledgement, and takes its time. */
    private static final class SlowStore implements IdempotencyStore {

        private final CountDownLatch told = new CountDownLatch(1);
        private final CountDownLatch goOn = new CountDownLatch(1);

        @Override
        public List<Holder> claim(List<Claim> claims) {
            return new ArrayList<>(Collections.nCopies(claims.size(), null));
        }

        @Override
        public void complete(Claim claim) throws Exception {
            told.countDown();
            goOn.await();
        }

        @Override
        public void release(List<Claim> claims) {}
    }

    @Test
    void an_acknowledgement_that_is_under_way_at_close_is_waited_for_and_sent() throws Exception {
        TestStream stream = new TestStream(REDIS.server());
        stream.add("order.paid", "{}");
        Queue<Delivery> deliveries = new ConcurrentLinkedQueue<>();
        SlowStore store = new SlowStore();
        ConsumerServer server = stream.server().idempotencyStore(store).build();
        server.addHandler(
                        "order.paid",
                        Map.class,
                        (body, header, delivery) -> deliveries.add(delivery),
                        HandlerOptions.defaults().manualAck())
                .start();
        await().until(() -> !deliveries.isEmpty());
        FutureTask<Boolean> ack = new FutureTask<>(() -> {
            deliveries.remove().ack();
            return true;
        });
        new Thread(ack).start();
        store.told.await();
        FutureTask<Boolean> close = new FutureTask<>(() -> {
            server.close();
            return true;
        });
        new Thread(close).start();
        assertThat(new CountDownLatch(1).await(1_500, TimeUnit.MILLISECONDS)).isFalse();
        store.goOn.countDown();
        assertThat(ack.get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(close.get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(stream.pending()).as("what ack() returned for normally").isZero();
    }
}
