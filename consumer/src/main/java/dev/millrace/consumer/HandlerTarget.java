package dev.millrace.consumer;

import dev.millrace.event.Delivery;
import dev.millrace.event.DeliveryContext;
import dev.millrace.event.EventHeader;
import dev.millrace.event.internal.DecodedEvent;
import dev.millrace.redis.internal.StreamEntry;
import java.util.List;

/** Hands replayed events to a handler, one after the other, on the caller's thread. */
final class HandlerTarget<T> implements ReplayTarget {

    private static final int MOST_REMEMBERED = 1_000_000;

    private final Class<T> bodyClass;
    private final DeliveryHandler<T> handler;
    private final Replay.Manner manner;
    private final Pacer pacer;
    private final ReplayTally tally;
    private final IdempotencyPolicy policy;
    private final RecentKeys seen;

    HandlerTarget(
            Class<T> bodyClass, DeliveryHandler<T> handler, Replay.Manner manner, Pacer pacer, ReplayTally tally) {
        this.bodyClass = bodyClass;
        this.handler = handler;
        this.manner = manner;
        this.pacer = pacer;
        this.tally = tally;
        this.policy =
                manner.idempotency() == Replay.Idempotency.NONE ? IdempotencyPolicy.off() : IdempotencyPolicy.byHash();
        this.seen = new RecentKeys(policy.window().toMillis(), MOST_REMEMBERED);
    }

    @Override
    public boolean take(StreamEntry entry, List<DecodedEvent> wanted, int all) throws InterruptedException {
        for (DecodedEvent event : wanted) {
            Replayed delivery =
                    new Replayed(event.header(), manner.stream(), entry.id().toString(), event.index(), manner.id());
            if (repeats(delivery, entry.id().millis())) {
                tally.duplicate();
                continue;
            }
            pacer.step();
            if (!handled(entry, event, delivery) && !manner.goOn()) {
                return false;
            }
        }
        return true;
    }

    private boolean handled(StreamEntry entry, DecodedEvent event, Delivery delivery) throws InterruptedException {
        try (DeliveryContext.Scope scope = DeliveryContext.open(event.header())) {
            T body = manner.codec().decode(event.body(), bodyClass);
            handler.handle(body, event.header(), delivery);
            tally.replayed(event);
            return true;
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception | LinkageError | AssertionError e) {
            tally.failed(entry.id(), event, e);
            return false;
        }
    }

    private boolean repeats(Delivery delivery, long millis) {
        byte[] key = policy.keyOf(delivery);
        return key != null && seen.repeats(key, millis);
    }

    /** The delivery that the handler sees: no group has it, so that group and consumer are the replay. */
    private record Replayed(EventHeader header, String stream, String entryId, int index, String group)
            implements Delivery {

        @Override
        public String consumer() {
            return group;
        }

        @Override
        public int attempt() {
            return 1;
        }

        @Override
        public boolean redelivered() {
            return false;
        }

        @Override
        public void skip(String reason) {
            // Nothing is pending that would end differently.
        }

        @Override
        public void ack() {
            // Nothing is pending that would wait for it.
        }

        @Override
        public void fail(Throwable cause) {
            throw new IllegalStateException("failed in a replay", cause);
        }

        @Override
        public boolean replayed() {
            return true;
        }

        @Override
        public int redriven() {
            return 0;
        }
    }
}
