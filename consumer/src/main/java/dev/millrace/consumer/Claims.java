package dev.millrace.consumer;

import dev.millrace.consumer.IdempotencyStore.Claim;
import dev.millrace.consumer.IdempotencyStore.Holder;
import dev.millrace.redis.internal.KeyClaim;
import dev.millrace.redis.internal.RedisFaultException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Claims each event's idempotency key on behalf of its entry, and settles those whose key another entry holds. Without an
 * answer from the store the batch waits: that is no attempt. Thread-safe.
 */
final class Claims {

    private static final Logger log = LoggerFactory.getLogger(Claims.class);
    private static final int MAX_WARNED_TYPES = 200;

    private final Subscription home;
    private final IdempotencyStore store;
    private final IdempotencyPolicy server;

    private final Set<String> warnedTypes = ConcurrentHashMap.newKeySet();

    Claims(Subscription home, IdempotencyStore store, IdempotencyPolicy server) {
        this.home = home;
        this.store = store;
        this.server = server;
    }

    /** Those that are to be handled, in the same order; the duplicates among them are acknowledged. */
    List<EventInFlight> settleDuplicates(List<EventInFlight> events) throws InterruptedException {
        List<EventInFlight> identified = new ArrayList<>(events.size());
        List<Claim> wanted = new ArrayList<>(events.size());
        for (EventInFlight event : events) {
            try {
                Claim claim = identify(event);
                identified.add(event);
                if (claim != null) {
                    wanted.add(claim);
                }
            } catch (RuntimeException | Error e) {
                // The application's function failed: it must not stop the stream, and a guess could drop an event.
                home.settlement().invalid(event, e);
            }
        }
        return wanted.isEmpty() ? identified : unique(identified, claim(wanted));
    }

    private List<EventInFlight> unique(List<EventInFlight> events, List<@Nullable Holder> answers) {
        List<EventInFlight> unique = new ArrayList<>(events.size());
        int at = 0;
        for (EventInFlight event : events) {
            Holder holder = event.claim() == null ? null : answers.get(at++);
            if (holder == null) {
                unique.add(event);
            } else {
                duplicate(event, holder);
            }
        }
        return unique;
    }

    /** Null if it is never a duplicate. */
    private @Nullable Claim identify(EventInFlight event) {
        IdempotencyPolicy policy = policyOf(event.openHandlers());
        if (policy.isOff()) {
            return null;
        }
        byte[] key = ClaimKey.scoped(event.entry().markers(), () -> policy.keyOf(event));
        if (key == null) {
            return null;
        }
        Claim claim = new Claim(event, key, policy.window());
        event.claim(claim);
        return claim;
    }

    /** Which policy is an event's, by its handlers; no window is longer than the one that the group was opened with. */
    IdempotencyPolicy policyOf(List<Registration<?>> handlers) {
        for (Registration<?> handler : handlers) {
            IdempotencyPolicy policy = handler.options().idempotency();
            if (policy != null) {
                return policy;
            }
        }
        return server;
    }

    private void duplicate(EventInFlight event, Holder holder) {
        if (!holder.sameEvent()) {
            home.meters().count(Counted.DUPLICATES_OTHER_EVENT);
            String type = event.header().type();
            if (warnedTypes.size() < MAX_WARNED_TYPES && warnedTypes.add(type)) {
                LogPairs.about(log.atWarn(), event)
                        .log(
                                "{}: event {} ({}) of type {} is a duplicate of entry {}, which carries an event of another id:"
                                        + " if two equal events can both be meant, choose IdempotencyPolicy.byEventId() (said"
                                        + " once a type)",
                                home.name(),
                                event.header().id(),
                                event.entryId(),
                                type,
                                holder.entryId());
            }
        }
        home.settlement().duplicate(event);
    }

    private List<@Nullable Holder> claim(List<Claim> wanted) throws InterruptedException {
        for (int tries = 1; true; tries++) {
            try {
                return answered(wanted);
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                if (e instanceof RedisFaultException fault && !fault.fault().passing()) {
                    throw fault;
                }
                // Said at 1, 2, 4, 8 … tries: it may be away for long.
                if (Integer.bitCount(tries) == 1) {
                    log.warn("{}: idempotency claims wait for {}: {}", home.name(), store, e.toString());
                }
                home.awaitRedis();
            }
        }
    }

    private List<@Nullable Holder> answered(List<Claim> wanted) throws Exception {
        List<@Nullable Holder> answers = store.claim(List.copyOf(wanted));
        if (answers.size() != wanted.size()) {
            throw new IllegalStateException("claim(): got " + answers.size() + " answers; return one for each of the "
                    + wanted.size() + " claims, null for those that are to be handled");
        }
        return answers;
    }

    /** Calls one handler of the event in the way that the store asks for. */
    void call(EventInFlight event, Registration<?> handler, IdempotencyStore.HandlerCall call) throws Exception {
        Claim claim = event.claim();
        if (claim == null) {
            call.run();
            return;
        }
        boolean done = isLast(event, handler) && !handler.options().isManualAck();
        store.call(claim, () -> {
            call.run();
            if (done) {
                store.complete(claim);
            }
        });
    }

    /** After the call of a handler that said later, or of several events together, that all is well. */
    void complete(EventInFlight event, Registration<?> handler) throws Exception {
        Claim claim = event.claim();
        if (claim != null && isLast(event, handler)) {
            store.call(claim, () -> store.complete(claim));
        }
    }

    private static boolean isLast(EventInFlight event, Registration<?> handler) {
        List<Registration<?>> open = event.openHandlers();
        return open.get(open.size() - 1).equals(handler);
    }

    /** What the move to the dead letters releases in the same step; null if there is nothing, or it is not in this Redis. */
    @Nullable
    KeyClaim releasedByMove(Burial burial) {
        Claim claim = burial.claim();
        return claim == null || !(store instanceof RedisIdempotencyStore) ? null : RedisIdempotencyStore.wish(claim);
    }

    /** Releases what the move did not. */
    void releaseAfterMove(Burial burial) {
        List<Claim> claims = burial.event() == null ? burial.entry().claims() : claimsOf(burial);
        if (claims.isEmpty()) {
            return;
        }
        try {
            store.release(claims);
        } catch (Exception e) {
            log.warn(
                    "{}: idempotency claims of entry {} could not be released; until its window has passed, copies of it are "
                            + "duplicates: {}",
                    home.name(),
                    burial.entry().id(),
                    e.toString());
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private List<Claim> claimsOf(Burial burial) {
        Claim claim = burial.claim();
        return claim == null || store instanceof RedisIdempotencyStore ? List.of() : List.of(claim);
    }
}
