package dev.millrace.consumer;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Puts together what {@link ConsumerServer#status()} says of a server that runs. */
final class StatusReport {

    private StatusReport() {}

    static ConsumerStatus of(
            ConsumerStatus.State state, boolean paused, Instant startedAt, ServerParts server, List<LoopThread> loops) {
        List<ConsumerStatus.StreamStatus> streams = new ArrayList<>();
        ConsumerStatus.Totals totals = ConsumerStatus.Totals.NONE;
        Instant lastHandledAt = null;
        int waiting = 0;
        for (Subscription subscription : server.subscriptions()) {
            ConsumerStatus.StreamStatus stream = subscription.status();
            streams.add(stream);
            totals = totals.plus(stream.totals());
            waiting += subscription.retries().size();
            Instant handledAt = stream.lastHandledAt();
            if (handledAt != null && (lastHandledAt == null || handledAt.isAfter(lastHandledAt))) {
                lastHandledAt = handledAt;
            }
        }
        return new ConsumerStatus(
                state,
                paused,
                server.settings().consumer(),
                startedAt,
                load(server, waiting),
                totals,
                lastHandledAt,
                List.copyOf(streams),
                server.handlers().status(),
                loops.stream().map(LoopThread::status).toList(),
                server.settings().describe());
    }

    private static ConsumerStatus.Load load(ServerParts server, int waiting) {
        WorkQueue work = server.work();
        return new ConsumerStatus.Load(
                work.running(), work.buffered(null), waiting, server.held().count());
    }
}
