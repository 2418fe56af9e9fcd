package dev.millrace.consumer;

import dev.millrace.consumer.IdempotencyStore.Claim;
import dev.millrace.event.internal.Markers;
import dev.millrace.redis.internal.StreamEntry;
import dev.millrace.redis.internal.StreamId;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An entry between its delivery to this process and its end. Thread-safe. */
final class EntryInFlight {

    private final StreamId id;
    private final List<byte[]> fields;
    private final DeliveryCount before;
    private final boolean redelivered;
    private final AtomicInteger openEvents = new AtomicInteger();
    private final AtomicInteger attempts = new AtomicInteger();
    private final AtomicInteger running = new AtomicInteger();
    // Replaced as a whole; one claim, nearly always.
    private volatile List<Claim> claims = List.of();
    private volatile Markers markers = Markers.NONE;
    private volatile int events = 1;
    private volatile long ownedUntil;
    private volatile boolean lost;
    private volatile boolean trimmed;
    private volatile boolean settling;
    private volatile boolean burying;
    private volatile boolean effective;
    private volatile boolean handedBack;
    private volatile int words;

    EntryInFlight(StreamEntry entry, boolean redelivered, long ownedUntil) {
        this.id = entry.id();
        this.fields = entry.fields();
        this.before = DeliveryCount.of(entry.deliveryCount());
        this.redelivered = redelivered;
        this.ownedUntil = ownedUntil;
        attempts.set(before.attempts());
    }

    StreamId id() {
        return id;
    }

    List<byte[]> fields() {
        return fields;
    }

    /** What it says of where it came from. */
    Markers markers() {
        return markers;
    }

    void markers(Markers read) {
        markers = read;
    }

    boolean redelivered() {
        return redelivered;
    }

    /** Attempts recorded in Redis before this delivery. */
    int recordedAttempts() {
        return before.attempts();
    }

    /** How often it came back since without a recorded attempt. */
    int returns() {
        return before.returns();
    }

    void events(int count) {
        events = count;
        openEvents.set(count);
    }

    /** It holds this key, unless another does. */
    synchronized void claimed(Claim claim) {
        claims = claims.isEmpty()
                ? List.of(claim)
                : Stream.concat(claims.stream(), Stream.of(claim)).toList();
    }

    /** This key is spent: its event was handled, so its copies are duplicates from now on. */
    synchronized void spent(@Nullable Claim claim) {
        if (claim == null) {
            return;
        }
        boolean only = claims.size() == 1 && claims.get(0).equals(claim);
        claims = only
                ? List.of()
                : claims.stream().filter(other -> !other.equals(claim)).toList();
    }

    /** The keys of those of its events that were not handled. */
    List<Claim> claims() {
        return claims;
    }

    int events() {
        return events;
    }

    /** Whether several events travel in this entry, so that none of them settles it alone. */
    boolean shared() {
        return events > 1;
    }

    /** Ends one of its events; true for the last. */
    boolean eventEnded() {
        return openEvents.decrementAndGet() == 0;
    }

    /** True if it is the first time in this process that this attempt begins. */
    boolean attemptBegins(int attempt) {
        return attempts.getAndAccumulate(attempt, Math::max) < attempt;
    }

    int attemptsBegun() {
        return attempts.get();
    }

    /** Counts the handlings under way up or down. */
    void running(int change) {
        running.addAndGet(change);
    }

    boolean running() {
        return running.get() > 0;
    }

    /** How many handlings are under way: more than one only where several events travel in it. */
    int handlings() {
        return running.get();
    }

    /** Whether a handler may begin now without asking Redis. */
    boolean owned(long nowNanos) {
        return trimmed || (!lost && nowNanos - ownedUntil < 0);
    }

    /** Whether it waits, begun or not, with nothing under way that would settle it. */
    boolean idle() {
        return !running() && !ending() && !lost;
    }

    /** Whether its end is on the way to Redis, or somebody is just telling us of it. */
    boolean ending() {
        return settling || words > 0;
    }

    /** Somebody outside a worker says what became of it; false if it was left to others before, then nothing has begun. */
    synchronized boolean beginWord() {
        if (!handedBack) {
            words++;
        }
        return !handedBack;
    }

    /** What was said has had its effect; false if it was left to others meanwhile, so that it has none. */
    synchronized boolean endWord() {
        words--;
        return !handedBack;
    }

    void ownedUntil(long nanos) {
        ownedUntil = nanos;
        lost = false;
    }

    /** Another consumer has it: what has not begun here must not. */
    void lose() {
        lost = true;
    }

    boolean lost() {
        return lost;
    }

    /** Its end is on the way to Redis: that it is no longer pending is then what we want. */
    void settle() {
        settling = true;
    }

    boolean settling() {
        return settling;
    }

    /** All of it moves to the dead letters, now or when Redis lets it: the answer to that tells whose it was. */
    void bury() {
        burying = true;
    }

    boolean burying() {
        return burying;
    }

    /** A handler has succeeded for it: its ack asks for no owner, for what is done is done. */
    void effective() {
        effective = true;
    }

    boolean isEffective() {
        return effective;
    }

    /** From now on it is left to others, unless it is ending. */
    synchronized void handBack() {
        handedBack |= !ending();
    }

    /** From now on it is left to others, even if somebody still tells us of its end; what has told all keeps its word. */
    synchronized void abandon() {
        handedBack |= !settling;
    }

    boolean isHandedBack() {
        return handedBack;
    }

    /** Nobody else can get it any more: it runs on from memory. */
    void trim() {
        trimmed = true;
    }

    boolean trimmed() {
        return trimmed;
    }
}
