package dev.millrace.consumer;

import dev.millrace.redis.internal.RedisFaultException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Processes entries by hand, in any of a server's subscriptions. Thread-safe. */
final class HandWork {

    private final ServerParts server;
    private final String redis;

    /** @param redis its address, for messages */
    HandWork(ServerParts server, String redis) {
        this.server = server;
        this.redis = redis;
    }

    /** Handles one pending entry; stream and group may be null where there is but one. */
    ProcessResult process(@Nullable String stream, @Nullable String group, String entryId) throws InterruptedException {
        List<Subscription> meant = server.subscriptions().stream()
                .filter(s -> stream == null || s.name().stream().equals(stream))
                .filter(s -> group == null || s.name().group().equals(group))
                .toList();
        if (meant.size() != 1) {
            throw new IllegalArgumentException("stream and group: got " + stream + " and " + group
                    + "; this server reads " + server.settings().name() + ": name one of each");
        }
        try {
            return meant.get(0).byHand().process(entryId);
        } catch (RedisFaultException e) {
            throw silent(redis, e);
        }
    }

    /** Reads and handles what comes next. */
    ProcessResult processBatch(int most) throws InterruptedException {
        List<ByHand.Batch> batches = new ArrayList<>();
        try {
            int left = Math.min(
                    most, server.settings().maxPending() - server.held().count());
            for (Subscription subscription : server.subscriptions()) {
                if (left > 0) {
                    ByHand.Batch batch = subscription.byHand().read(left);
                    batches.add(batch);
                    left -= batch.entries();
                }
            }
            ProcessResult sum = ProcessResult.NOTHING;
            for (ByHand.Batch batch : batches) {
                sum = sum.plus(batch.await());
            }
            return sum;
        } catch (RedisFaultException e) {
            throw silent(redis, e);
        } finally {
            batches.forEach(ByHand.Batch::end);
        }
    }

    static IllegalStateException silent(String redis, RedisFaultException e) {
        return new IllegalStateException("redis: " + redis + " does not tell: " + e.getMessage(), e);
    }
}
