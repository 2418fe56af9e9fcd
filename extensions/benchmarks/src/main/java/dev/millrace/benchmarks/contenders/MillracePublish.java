package dev.millrace.benchmarks.contenders;

import dev.millrace.publisher.EventPublisher;
import dev.millrace.publisher.EventPublisherBuilder;
import dev.millrace.publisher.PublishReceipt;
import dev.millrace.publisher.RetentionPolicy;
import dev.millrace.routing.Routing;
import dev.millrace.routing.RoutingBuilder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Millrace as its README shows it: each future is looked at, a while after its publish. For one thread. */
final class MillracePublish implements PublishContender {

    /** As many events on their way as the others have. */
    private static final int RING = Setup.WINDOW * Setup.BATCH;

    private final EventPublisher publisher;
    private final List<String> types;
    private final @Nullable Bodies prebuilt;
    private final Order.Shape shape;
    private final @Nullable KeyOrder keys;
    private final @Nullable CompletableFuture<PublishReceipt>[] ring = ring();

    MillracePublish(Setup setup) {
        publisher = publisher(setup);
        types = types(setup);
        prebuilt = setup.on("prebuilt") ? new Bodies(new SplicedEnvelope(Setup.TYPE, Setup.ORIGIN)::body) : null;
        shape = Order.Shape.ofBody(setup.number("payload", 0));
        keys = KeyOrder.of(setup);
    }

    static EventPublisher publisher(Setup setup) {
        EventPublisherBuilder builder = EventPublisher.builder(Setup.ORIGIN)
                .redis(setup.uri())
                .routing(routing(setup))
                .retention(RetentionPolicy.none());
        if (setup.on("meters")) {
            builder.meterRegistry(new SimpleMeterRegistry());
        }
        if (setup.on("observations")) {
            builder.observationRegistry(Observers.listening());
        }
        if (setup.options().containsKey("validation")) {
            builder.validator(setup.validator());
        }
        return builder.build();
    }

    private static Routing routing(Setup setup) {
        RoutingBuilder routing = Routing.builder();
        List<String> types = types(setup);
        for (int i = 0; i < types.size(); i++) {
            routing.route(types.get(i)).toStream(setup.streams().get(i));
        }
        return routing.build();
    }

    private static List<String> types(Setup setup) {
        List<String> streams = setup.streams();
        return streams.size() == 1
                ? List.of(Setup.TYPE)
                : streams.stream()
                        .map(stream -> Setup.TYPE + ".s" + streams.indexOf(stream))
                        .toList();
    }

    @Override
    public void publish(long first, long count) {
        for (long number = first; number < first + count; number++) {
            Object body = prebuilt == null ? Order.of(number, 0, shape) : prebuilt.get(number);
            String type = types.get((int) (number % types.size()));
            int place = (int) (number % RING);
            CompletableFuture<PublishReceipt> earlier = ring[place];
            if (earlier != null) {
                earlier.join();
            }
            ring[place] = keys == null ? publisher.publish(type, body) : publishKeyed(type, body, keys.key(number));
        }
        publisher.flush().join();
        for (CompletableFuture<PublishReceipt> future : ring) {
            if (future != null) {
                future.join();
            }
        }
    }

    private CompletableFuture<PublishReceipt> publishKeyed(String type, Object body, String key) {
        return publisher.publish(type, body, members -> members.key(key));
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type
    private static @Nullable CompletableFuture<PublishReceipt>[] ring() {
        return new CompletableFuture[RING];
    }

    @Override
    public void close() {
        publisher.close();
    }
}
