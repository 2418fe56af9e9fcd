package dev.millrace.consumer;

import dev.millrace.event.Delivery;
import dev.millrace.event.EventHeader;
import dev.millrace.redis.internal.KeyHolder;
import dev.millrace.redis.internal.PendingEntry;
import dev.millrace.redis.internal.RedisFaultException;
import dev.millrace.redis.internal.StaleEpochException;
import dev.millrace.redis.internal.StreamGroup;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What a server's idempotency remembers of one stream in one group, for asking and for cleaning; each call asks Redis, and throws
 * {@link IllegalStateException} if that does not answer. Thread-safe; see {@link ConsumerServer#idempotency(String, String)}.
 */
public final class IdempotencyRecords {

    /** What is known of an event. */
    public enum State {
        /** It was handled, or acknowledged by a rule of yours, and a copy would be a duplicate. */
        HANDLED,
        /** Its entry is with a consumer: it is handled now, waits for a retry, or for its turn. */
        IN_PROGRESS,
        /** No record: never seen, dead-lettered, or too long ago. */
        UNKNOWN
    }

    private final StreamGroup group;
    private final GroupKeeper keeper;
    private final SubscriptionName name;
    private final Function<EventHeader, IdempotencyPolicy> policies;
    private final InstantSource clock;

    IdempotencyRecords(
            StreamGroup group,
            GroupKeeper keeper,
            SubscriptionName name,
            Function<EventHeader, IdempotencyPolicy> policies,
            InstantSource clock) {
        this.group = group;
        this.keeper = keeper;
        this.name = name;
        this.policies = policies;
        this.clock = clock;
    }

    /**
     * What is known of an event with this header, under the policy of its handlers, else the server's. By hash, the header needs type, tenant, key and
     * hash; by event id, the id. A function of yours is given a delivery without an entry.
     *
     * @throws IllegalArgumentException if the policy tells events by their entries, or no event from another
     */
    public State lookup(EventHeader header) {
        IdempotencyPolicy policy = policies.apply(header);
        byte[] key = policy.keyOf(new Probe(header, name));
        if (key == null) {
            throw new IllegalArgumentException("idempotency: got " + policy + ", which keeps no record of event "
                    + header.id() + "; look up events of a policy that does");
        }
        return asked(() -> lookup(key));
    }

    private State lookup(byte[] key) {
        while (true) {
            KeyHolder holder = group.claims().find(keeper.epoch(), key);
            if (holder == null) {
                return State.UNKNOWN;
            }
            List<PendingEntry> next = group.idle(Duration.ZERO, holder.id().previous(), 1);
            if (!next.isEmpty() && next.get(0).id().equals(holder.id())) {
                return State.IN_PROGRESS;
            }
            // A dead-lettered entry is no longer pending either, but its claim went with it.
            if (holder.equals(group.claims().find(keeper.epoch(), key))) {
                return State.HANDLED;
            }
        }
    }

    /**
     * Forgets what lies in buckets (half a window long) that ended before this age; copies of that would be handled again.
     *
     * @return how many records went, released ones among them
     * @throws IllegalArgumentException if the age is negative
     */
    public long forgetOlderThan(Duration age) {
        if (age.isNegative()) {
            throw new IllegalArgumentException("age: got " + age + "; use zero or more");
        }
        long before = Math.max(0, clock.millis() - age.toMillis());
        return asked(() -> group.claims().forgetBefore(keeper.epoch(), before));
    }

    private <T> T asked(Supplier<T> question) {
        try {
            return question.get();
        } catch (RedisFaultException | StaleEpochException e) {
            throw new IllegalStateException(
                    "redis: idempotency records of " + name + " cannot be had: " + e.getMessage(), e);
        }
    }

    /** A header where a policy wants a delivery. */
    private record Probe(EventHeader header, SubscriptionName name) implements Delivery {

        @Override
        public String stream() {
            return name.stream();
        }

        @Override
        public String entryId() {
            throw new IllegalArgumentException(
                    "idempotency: this policy tells events by their entries; a lookup has none");
        }

        @Override
        public int index() {
            return 0;
        }

        @Override
        public String group() {
            return name.group();
        }

        @Override
        public String consumer() {
            return name.consumer();
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
            throw noHandler();
        }

        @Override
        public void ack() {
            throw noHandler();
        }

        @Override
        public void fail(Throwable cause) {
            throw noHandler();
        }

        private static IllegalStateException noHandler() {
            return new IllegalStateException("idempotency: a lookup hands nothing to a handler");
        }

        @Override
        public boolean replayed() {
            return false;
        }

        @Override
        public int redriven() {
            return 0;
        }
    }
}
