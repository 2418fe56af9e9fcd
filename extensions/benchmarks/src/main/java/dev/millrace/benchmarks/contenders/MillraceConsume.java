package dev.millrace.benchmarks.contenders;

import dev.millrace.consumer.ConsumerServer;
import dev.millrace.consumer.ConsumerServerBuilder;
import dev.millrace.consumer.EventHandler;
import dev.millrace.consumer.IdempotencyPolicy;
import dev.millrace.consumer.OrderPolicy;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Millrace with a typed handler. */
final class MillraceConsume implements ConsumeContender {

    /**
     * No event of a trial with the default numbers is forgotten within the window: as with the peers, none of whose keys end
     * before it. No more than needed: the more records, the more maps they are spread over.
     */
    private static final IdempotencyPolicy REMEMBERING_ALL =
            IdempotencyPolicy.byHash().maxRecords(2_880_000);

    private final Setup setup;
    private final @Nullable KeyOrder keys;
    private final List<ConsumerServer> servers = new ArrayList<>();

    MillraceConsume(Setup setup) {
        this.setup = setup;
        this.keys = KeyOrder.of(setup);
    }

    static ConsumerServerBuilder server(Setup setup, String stream) {
        ConsumerServerBuilder builder = ConsumerServer.builder().redis(setup.uri()).stream(stream)
                .group(setup.group())
                .idempotency(setup.on("idempotency") ? REMEMBERING_ALL : IdempotencyPolicy.off());
        if (setup.options().containsKey("concurrency")) {
            int concurrency = setup.number("concurrency", 0);
            builder.concurrency(concurrency).maxPending(Math.max(2_000, 2 * concurrency));
        }
        if (setup.on("order")) {
            builder.order(OrderPolicy.byKey());
        }
        if (setup.on("meters")) {
            builder.meterRegistry(new SimpleMeterRegistry());
        }
        if (setup.on("observations")) {
            builder.observationRegistry(Observers.listening());
        }
        if (setup.options().containsKey("validation")) {
            builder.validator(setup.validator());
        }
        return builder;
    }

    @Override
    public void consume(Tally tally) throws InterruptedException {
        for (String stream : setup.streams()) {
            ConsumerServer server = server(setup, stream).build();
            servers.add(server.addHandler("order.**", Order.class, handler(tally)));
            server.start();
        }
        tally.awaitFull();
        servers.forEach(MillraceConsume::awaitAcknowledged);
        if (keys != null) {
            keys.require(setup.on("order"));
        }
    }

    /** With keys, their order is watched whether it is promised or not, so that both pay for it. */
    private EventHandler<Order> handler(Tally tally) {
        long pause = TimeUnit.MILLISECONDS.toNanos(setup.number("pause", 0));
        EventHandler<Order> handler = pause == 0
                ? (order, header) -> tally.handled(order)
                : (order, header) -> {
                    LockSupport.parkNanos(pause);
                    tally.handled(order);
                };
        KeyOrder watched = keys;
        return watched == null
                ? handler
                : (order, header) -> {
                    watched.begin(order.number(), header.key());
                    handler.handle(order, header);
                    watched.end(order.number());
                };
    }

    static void awaitAcknowledged(ConsumerServer server) {
        while (server.pending() > 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    @Override
    public void close() {
        servers.forEach(ConsumerServer::close);
    }
}
