package dev.millrace.consumer;

import dev.millrace.redis.internal.RedisFaultException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Processes entries by hand, in any of a server's subscriptions. Thread-safe. */
final class HandWork {

    private static final long ROOM_WAIT = TimeUnit.SECONDS.toNanos(1);

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
        try (Held.Reservation reserved = server.held().reserve(1, ROOM_WAIT)) {
            if (reserved.left() == 0) {
                throw full("entry " + entryId);
            }
            return meant.get(0).byHand().process(entryId, reserved);
        } catch (RedisFaultException e) {
            throw silent(redis, e);
        }
    }

    /** Reads and handles what comes next. */
    ProcessResult processBatch(int most) throws InterruptedException {
        List<ByHand.Batch> batches = new ArrayList<>();
        try {
            read(most, batches);
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

    private void read(int most, List<ByHand.Batch> batches) throws InterruptedException {
        try (Held.Reservation reserved = server.held().reserve(most, ROOM_WAIT)) {
            if (reserved.left() == 0) {
                throw full("no batch was read");
            }
            for (Subscription subscription : server.subscriptions()) {
                if (reserved.left() > 0) {
                    ByHand.Batch batch = read(subscription, reserved.left());
                    batches.add(batch);
                    reserved.used(batch.entries());
                }
            }
        }
    }

    private static ByHand.Batch read(Subscription subscription, int most) throws InterruptedException {
        try {
            return subscription.byHand().read(most);
        } catch (RedisFaultException e) {
            if (e.fault().outcomeUnknown()) {
                subscription.incoming().answerLost();
            }
            throw e;
        }
    }

    private IllegalStateException full(String what) {
        return new IllegalStateException(what + ": this server holds maxPending entries already, "
                + server.settings().maxPending() + "; try again when it has ended one, or raise maxPending");
    }

    static IllegalStateException silent(String redis, RedisFaultException e) {
        return new IllegalStateException("redis: " + redis + " does not tell: " + e.getMessage(), e);
    }
}
