package dev.millrace.benchmarks.contenders;

import dev.millrace.consumer.ConsumerServer;
import dev.millrace.consumer.ConsumerServerBuilder;
import dev.millrace.consumer.IdempotencyPolicy;
import dev.millrace.validation.EventValidator;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Millrace with a typed handler. */
final class MillraceConsume implements ConsumeContender {

    private final Setup setup;
    private final List<ConsumerServer> servers = new ArrayList<>();

    MillraceConsume(Setup setup) {
        this.setup = setup;
    }

    static ConsumerServerBuilder server(Setup setup, String stream) {
        ConsumerServerBuilder builder = ConsumerServer.builder().redis(setup.uri()).stream(stream)
                .group(setup.group())
                .idempotency(setup.on("idempotency") ? IdempotencyPolicy.byHash() : IdempotencyPolicy.off());
        if (setup.options().containsKey("concurrency")) {
            int concurrency = setup.number("concurrency", 0);
            builder.concurrency(concurrency).maxPending(Math.max(1_000, 2 * concurrency));
        }
        if (setup.on("meters")) {
            builder.meterRegistry(new SimpleMeterRegistry());
        }
        if (setup.on("observations")) {
            builder.observationRegistry(Observers.listening());
        }
        if (setup.on("validation")) {
            builder.validator(EventValidator.beans());
        }
        return builder;
    }

    @Override
    public void consume(Tally tally) throws InterruptedException {
        for (String stream : setup.streams()) {
            ConsumerServer server = server(setup, stream).build();
            servers.add(server.addHandler("order.**", Order.class, (order, header) -> tally.handled(order)));
            server.start();
        }
        tally.awaitFull();
        servers.forEach(MillraceConsume::awaitAcknowledged);
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
