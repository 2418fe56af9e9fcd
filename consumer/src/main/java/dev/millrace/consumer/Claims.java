package dev.millrace.consumer;

import dev.millrace.redis.internal.Claim;
import dev.millrace.redis.internal.Holder;
import dev.millrace.redis.internal.RedisFaultException;
import dev.millrace.redis.internal.StaleEpochException;
import dev.millrace.redis.internal.StreamGroup;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Claims each event's idempotency key on behalf of its entry, and settles those whose key another entry holds. Without an
 * answer from Redis the batch waits: that is no attempt. Thread-safe.
 */
final class Claims {

    private static final Logger log = LoggerFactory.getLogger(Claims.class);
    private static final int MAX_BATCH = 1_000;
    private static final int MAX_WARNED_TYPES = 200;

    private final Subscription home;
    private final StreamGroup group;
    private final IdempotencyPolicy server;

    private final Set<String> warnedTypes = ConcurrentHashMap.newKeySet();

    Claims(Subscription home, StreamGroup group, IdempotencyPolicy server) {
        this.home = home;
        this.group = group;
        this.server = server;
    }

    /** Those that are to be handled, in the same order; the duplicates among them are acknowledged. */
    List<EventInFlight> settleDuplicates(List<EventInFlight> events) throws InterruptedException {
        List<EventInFlight> unique = new ArrayList<>(events.size());
        List<EventInFlight> undecided = new ArrayList<>(events.size());
        for (EventInFlight event : events) {
            try {
                identify(event, unique, undecided);
            } catch (RuntimeException | Error e) {
                // The application's function failed: it must not stop the stream, and a guess could drop an event.
                home.settlement().invalid(event, e);
            }
        }
        while (!undecided.isEmpty()) {
            undecided = round(undecided, unique);
        }
        return unique;
    }

    private void identify(EventInFlight event, List<EventInFlight> unique, List<EventInFlight> undecided) {
        IdempotencyPolicy policy = policyOf(event);
        byte[] key = ClaimKey.scoped(event.entry().markers(), () -> policy.keyOf(event));
        if (key == null) {
            unique.add(event);
        } else {
            int tag = Claim.tagOf(event.header().id());
            event.claim(new Claim(event.entry().id(), key, tag, policy.window().toMillis()));
            undecided.add(event);
        }
    }

    /** The one place that says which policy is an event's; no window is longer than the one the group was opened with. */
    private IdempotencyPolicy policyOf(EventInFlight event) {
        return server;
    }

    /** Decides the first of each key; what equals a key that is taken in this round is decided now or in the next. */
    private List<EventInFlight> round(List<EventInFlight> events, List<EventInFlight> unique)
            throws InterruptedException {
        Map<ByteBuffer, EventInFlight> firsts = new LinkedHashMap<>();
        List<EventInFlight> repeated = new ArrayList<>();
        for (EventInFlight event : events) {
            boolean full = firsts.size() == MAX_BATCH;
            if (full || firsts.putIfAbsent(ByteBuffer.wrap(claimOf(event).key()), event) != null) {
                repeated.add(event);
            }
        }
        List<EventInFlight> asked = List.copyOf(firsts.values());
        List<@Nullable Holder> holders =
                claim(asked.stream().map(Claims::claimOf).toList());
        Map<ByteBuffer, Holder> holderOf = new HashMap<>();
        for (int i = 0; i < asked.size(); i++) {
            EventInFlight event = asked.get(i);
            Holder holder = holders.get(i);
            if (holder == null) {
                unique.add(event);
            } else {
                duplicate(event, holder);
            }
            holderOf.put(
                    ByteBuffer.wrap(claimOf(event).key()),
                    holder == null
                            ? new Holder(event.entry().id(), claimOf(event).eventTag())
                            : holder);
        }
        return stillUndecided(repeated, holderOf);
    }

    private List<EventInFlight> stillUndecided(List<EventInFlight> repeated, Map<ByteBuffer, Holder> holderOf) {
        List<EventInFlight> rest = new ArrayList<>();
        for (EventInFlight event : repeated) {
            Holder holder = holderOf.get(ByteBuffer.wrap(claimOf(event).key()));
            if (holder != null && withinWindow(holder, claimOf(event))) {
                duplicate(event, holder);
            } else {
                rest.add(event);
            }
        }
        return rest;
    }

    private static boolean withinWindow(Holder holder, Claim claim) {
        return Math.abs(holder.id().millis() - claim.id().millis()) <= claim.windowMillis();
    }

    private void duplicate(EventInFlight event, Holder holder) {
        if (holder.eventTag() != claimOf(event).eventTag()) {
            home.meters().count(Counted.DUPLICATES_OTHER_EVENT);
            String type = event.header().type();
            if (warnedTypes.size() < MAX_WARNED_TYPES && warnedTypes.add(type)) {
                log.warn(
                        "{}: event {} ({}) of type {} is a duplicate of entry {}, which carries an event of another id: if two "
                                + "equal events can both be meant, choose IdempotencyPolicy.byEventId() (said once a type)",
                        home.name(),
                        event.header().id(),
                        event.entryId(),
                        type,
                        holder.id());
            }
        }
        home.settlement().duplicate(event);
    }

    private List<@Nullable Holder> claim(List<Claim> wanted) throws InterruptedException {
        while (true) {
            try {
                return claimOnce(wanted);
            } catch (RedisFaultException e) {
                if (!e.fault().passing()) {
                    throw e;
                }
                log.warn("{}: idempotency claims wait for Redis: {}", home.name(), e.getMessage());
                home.awaitRedis();
            }
        }
    }

    private List<@Nullable Holder> claimOnce(List<Claim> wanted) {
        try {
            return group.claims().claim(home.keeper().epoch(), wanted);
        } catch (StaleEpochException e) {
            home.keeper().recreate();
            return group.claims().claim(home.keeper().epoch(), wanted);
        }
    }

    private static Claim claimOf(EventInFlight event) {
        Claim claim = event.claim();
        if (claim == null) {
            throw new IllegalStateException("no claim for " + event.entryId());
        }
        return claim;
    }
}
