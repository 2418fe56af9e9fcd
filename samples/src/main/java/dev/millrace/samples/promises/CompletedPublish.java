package dev.millrace.samples.promises;

import dev.millrace.publisher.EventPublisher;
import dev.millrace.publisher.PublishException;
import dev.millrace.publisher.PublishReceipt;
import dev.millrace.routing.Routing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A completed publish is in the stream; one that cannot be stored fails, and says so, and takes no neighbour with it. */
public final class CompletedPublish {

    private CompletedPublish() {}

    /** Takes a Redis URI, or none. */
    public static void main(String[] args) throws Exception {
        Setting.run(args, CompletedPublish::run);
    }

    static void run(Setting setting) {
        Routing routing = Routing.builder()
                .route("order.**")
                .toStream(setting.stream("orders"))
                .build();
        try (EventPublisher publisher = EventPublisher.builder("shop")
                .redis(setting.redis())
                .routing(routing)
                .maxEventBytes(1_000)
                .build()) {
            List<CompletableFuture<PublishReceipt>> publishes = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                publishes.add(publisher.publish("order.placed", Map.of("order", i)));
            }
            long stored = publishes.stream()
                    .map(CompletableFuture::join)
                    .map(PublishReceipt::entryId)
                    .distinct()
                    .count();
            setting.say(stored + " stored, each with an entry id of its own");
            try {
                publisher
                        .publish("order.placed", Map.of("order", "x".repeat(2_000)))
                        .join();
            } catch (PublishException | CompletionException e) {
                setting.say("too large: refused");
            }
        }
    }
}
