package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.testkit.RedisExtension;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Entries that came back so often that they run alone, and what they do. */
class SuspectTests {

    @RegisterExtension
    static final RedisExtension REDIS = new RedisExtension();

    final TestStream stream = new TestStream(REDIS.server());
    final AtomicInteger suspects = new AtomicInteger();
    final CountDownLatch alone = new CountDownLatch(1);
    final CountDownLatch ended = new CountDownLatch(1);
    private int planted;

    ConsumerServerBuilder server(Duration claimIdle) {
        return stream.server().claimIdle(claimIdle);
    }

    /** Two consumers have died with this entry. */
    void suspect(String id) {
        cli("XCLAIM", "gone", "0", id, "IDLE", "100000", "RETRYCOUNT", "2", "FORCE", "JUSTID");
    }

    private void cli(String command, String... words) {
        List<String> all = new CopyOnWriteArrayList<>(List.of(command, stream.name(), TestStream.GROUP));
        all.addAll(List.of(words));
        REDIS.server().cli(all.toArray(String[]::new));
    }

    static void pause(long millis) throws InterruptedException {
        assertThat(new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS)).isFalse();
    }

    /** A suspect that takes so long, before the server starts. */
    void planted(int millis) {
        String id = stream.add("suspect", "{\"id\":" + planted++ + ",\"millis\":" + millis + "}");
        stream.readAs("gone");
        suspect(id);
    }

    /** One that has been handled, to become a suspect later on. */
    String settled(ConsumerServer server) {
        return settled(server, 0);
    }

    /** As {@link #settled(ConsumerServer)}, while so many others are pending. */
    String settled(ConsumerServer server, int others) {
        String id = stream.add("suspect", "{\"millis\":0}");
        await().until(() -> suspects.get() == 1 && server.pending() == others);
        return id;
    }

    void runSuspect(Map<?, ?> body) throws InterruptedException {
        suspects.incrementAndGet();
        int millis = (Integer) body.get("millis");
        if (millis > 0) {
            alone.countDown();
            pause(millis);
            ended.countDown();
        }
    }
}
