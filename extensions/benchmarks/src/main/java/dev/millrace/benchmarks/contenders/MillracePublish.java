package dev.millrace.benchmarks.contenders;

import dev.millrace.event.EventHeader;
import dev.millrace.publisher.EventPublisher;
import dev.millrace.publisher.EventPublisherBuilder;
import dev.millrace.publisher.PublishReceipt;
import dev.millrace.publisher.RetentionPolicy;
import dev.millrace.routing.Routing;
import dev.millrace.routing.RoutingBuilder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Millrace as its README shows it, without retention, which its peers do not have: as many events on their way as the others
 * have, and each future looked at.
 */
final class MillracePublish implements PublishContender {

    private final EventPublisher publisher;
    private final List<String> types;
    private final @Nullable Bodies prebuilt;
    private final Order.Shape shape;
    private final @Nullable KeyOrder keys;

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
        Deque<List<CompletableFuture<PublishReceipt>>> inFlight = new ArrayDeque<>();
        for (long from = first; from < first + count; from += Setup.BATCH) {
            inFlight.add(send(from, Math.min(Setup.BATCH, first + count - from)));
            if (inFlight.size() == Setup.WINDOW) {
                inFlight.remove().forEach(CompletableFuture::join);
            }
        }
        publisher.flush().join();
        inFlight.forEach(futures -> futures.forEach(CompletableFuture::join));
    }

    private List<CompletableFuture<PublishReceipt>> send(long first, long count) {
        List<CompletableFuture<PublishReceipt>> futures = new ArrayList<>(Setup.BATCH);
        for (long number = first; number < first + count; number++) {
            Object body = prebuilt == null ? Order.of(number, 0, shape) : prebuilt.get(number);
            String type = types.get((int) (number % types.size()));
            futures.add(
                    keys == null
                            ? publisher.publish(type, body)
                            : publisher.publish(type, body, keyed(keys.key(number))));
        }
        return futures;
    }

    private static Consumer<EventHeader.Builder> keyed(String key) {
        return members -> members.key(key);
    }

    @Override
    public void close() {
        publisher.close();
    }
}
