package dev.millrace.samples.promises;

import dev.millrace.publisher.BufferFullException;
import dev.millrace.publisher.EventPublisher;
import dev.millrace.routing.Routing;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** A publisher that cannot get rid of its events holds as many as it was told to, and refuses the next. */
public final class Bounded {

    private Bounded() {}

    /** Takes a Redis URI, or none. */
    public static void main(String[] args) throws Exception {
        Setting.run(args, Bounded::run);
    }

    static void run(Setting setting) {
        CountDownLatch slow = new CountDownLatch(1);
        try (EventPublisher publisher = EventPublisher.builder("shop")
                .redis(setting.redis())
                .routing(Routing.builder()
                        .route("**")
                        .toStream(setting.stream("orders"))
                        .build())
                .buffer(100, 1 << 20)
                .blockFor(Duration.ofMillis(100))
                .build()) {
            int accepted = 0;
            try {
                while (accepted <= 100) {
                    // An event counts until its callbacks have run: somebody slow is bounded, too.
                    CompletableFuture<Void> unused = publisher
                            .publish("order.placed", Map.of("n", accepted))
                            .thenAccept(stored -> await(slow));
                    accepted++;
                }
            } catch (BufferFullException e) {
                setting.say(accepted + " accepted, the next refused: the buffer is full");
            } finally {
                slow.countDown();
            }
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
