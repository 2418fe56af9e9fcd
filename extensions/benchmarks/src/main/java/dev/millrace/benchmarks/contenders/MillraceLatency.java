package dev.millrace.benchmarks.contenders;

import dev.millrace.consumer.ConsumerServer;
import dev.millrace.publisher.EventPublisher;
import dev.millrace.publisher.PublishReceipt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Millrace on both sides. */
final class MillraceLatency implements LatencyContender {

    private final EventPublisher publisher;
    private final Setup setup;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private @Nullable ConsumerServer server;

    MillraceLatency(Setup setup) {
        this.setup = setup;
        this.publisher = MillracePublish.publisher(setup);
    }

    @Override
    public void start(Consumer<Order> handler) {
        server = MillraceConsume.server(setup, setup.stream())
                .build()
                .addHandler("order.**", Order.class, (order, header) -> handler.accept(order))
                .start();
    }

    @Override
    public void send(Order order) {
        CompletableFuture<PublishReceipt> unused = publisher
                .publish(Setup.TYPE, order)
                .whenComplete((receipt, error) -> {
                    if (error != null) {
                        failure.compareAndSet(null, error);
                    }
                });
    }

    @Override
    public void close() {
        publisher.close();
        ConsumerServer started = server;
        if (started != null) {
            MillraceConsume.awaitAcknowledged(started);
            started.close();
        }
        Throwable failed = failure.get();
        if (failed != null) {
            throw new IllegalStateException("an event was not stored", failed);
        }
    }
}
