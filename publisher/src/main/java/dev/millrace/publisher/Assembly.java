package dev.millrace.publisher;

import dev.millrace.publisher.PublisherSettings.Buffer;
import dev.millrace.publisher.PublisherSettings.Timeouts;
import dev.millrace.redis.internal.RedisLink;
import dev.millrace.redis.internal.RedisSource;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes a publisher of what its builder was told: connects, puts the parts together, starts them. */
final class Assembly {

    private final EventPublisherBuilder chosen;

    Assembly(EventPublisherBuilder chosen) {
        this.chosen = chosen;
    }

    /** As {@link EventPublisherBuilder#build}. */
    EventPublisher build() {
        PublisherSettings settings = settings();
        RedisSource source = chosen.redis;
        if (source == null && !chosen.routing.usesStreams()) {
            return start(settings, null, null, () -> {});
        }
        if (source == null) {
            throw new IllegalArgumentException("redis: missing; set one, as in redis(\"redis://localhost:6379\")");
        }
        RedisLink link = source.open();
        try {
            link.check();
            if (settings.delivery().strictOrder()) {
                link.checkTransactions();
            }
            Target target = new RedisTarget(link.appender(), settings.delivery().strictOrder());
            return start(settings, target, link, () -> {
                target.close();
                source.close(link);
            });
        } catch (RuntimeException e) {
            source.close(link);
            throw e;
        }
    }

    /**
     * Starts a publisher on what is open already.
     *
     * @param target Redis; null if no route leads there
     * @param link where retention looks after the streams; null if it does not
     */
    EventPublisher start(
            PublisherSettings settings, @Nullable Target target, @Nullable RedisLink link, Runnable closeConnections) {
        PublisherMeters meters = new PublisherMeters(chosen.registry, settings.origin());
        StreamKeeper keeper = StreamKeeper.start(chosen.retention, link, settings.origin(), chosen.clock, meters);
        Pulse pulse = new Pulse(System::nanoTime, chosen.clock, target);
        Engine engine = new Engine(settings, chosen.executor, listener(settings), meters, pulse);
        Lanes streams = target == null ? null : new Lanes(target, settings.batch(), chosen.grouping);
        Targets targets = new Targets(streams, settings.batch(), keeper);
        EntryWriter writer = new EntryWriter(chosen.codec, chosen.wireForm);
        EventSealer sealer =
                new EventSealer(chosen.validator, chosen.routing, writer, targets, settings.maxEventBytes());
        Headers headers = new Headers(settings.origin(), chosen.clock, chosen.headers);
        Preparation preparation = new Preparation(headers, chosen.transformers, chosen.headers);
        engine.start();
        Observations observations = new Observations(chosen.observationRegistry, chosen.observationConvention);
        Intake intake = new Intake(preparation, sealer, engine, meters, observations);
        return new EventPublisher(settings, intake, engine, meters, keeper.closedBefore(closeConnections));
    }

    /** What is configured, checked. */
    PublisherSettings settings() {
        EntryWriter unused = new EntryWriter(chosen.codec, chosen.wireForm); // refuses what does not go together
        chosen.grouping.requireFor(chosen.delivery);
        InlineExecutors.refuse(chosen.executor);
        chosen.retention.requireConsistent();
        return new PublisherSettings(
                chosen.origin,
                chosen.batch,
                new Buffer(chosen.bufferEvents, chosen.bufferBytes, chosen.blockFor),
                new Timeouts(chosen.deliveryTimeout, chosen.closeTimeout),
                chosen.delivery,
                chosen.maxEventBytes);
    }

    private Consumer<FailedEvent> listener(PublisherSettings settings) {
        Consumer<FailedEvent> chosenListener = chosen.onFailure;
        return chosenListener == null ? new FailureLog(settings.origin(), System::nanoTime) : chosenListener;
    }
}
