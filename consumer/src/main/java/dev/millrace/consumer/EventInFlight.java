package dev.millrace.consumer;

import dev.millrace.consumer.IdempotencyStore.Claim;
import dev.millrace.event.Body;
import dev.millrace.event.Delivery;
import dev.millrace.event.EventHeader;
import dev.millrace.event.internal.DecodedEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One event of an entry on its way through the handlers. Used by one thread at a time; it is handed on through queues.
 */
final class EventInFlight implements Delivery {

    private final Subscription home;
    private final EntryInFlight entry;
    private DecodedEvent event;
    private final List<Registration<?>> handlers;
    private final String cameAs;
    private int succeeded;
    private int attempt;
    private int begun;
    private long bufferedAt;
    private @Nullable String orderKey;
    private @Nullable Claim claim;
    private @Nullable Instant firstFailure;
    private @Nullable Duration delay;
    private boolean undecided;
    private boolean transformed;
    private boolean ended;
    private volatile boolean waiting;

    EventInFlight(Subscription home, EntryInFlight entry, DecodedEvent event, List<Registration<?>> handlers) {
        this.home = home;
        this.entry = entry;
        this.event = event;
        this.cameAs = event.header().id();
        this.handlers = handlers;
        this.attempt = entry.recordedAttempts() + 1;
    }

    Subscription home() {
        return home;
    }

    EntryInFlight entry() {
        return entry;
    }

    Body body() {
        return event.body();
    }

    @Nullable
    String contentType() {
        return event.contentType();
    }

    /** It goes on with this header and this body. */
    void transformed(EventHeader header, Body body, @Nullable String contentType) {
        transformed = true;
        event = new DecodedEvent(event.index(), header, body, contentType);
    }

    boolean isTransformed() {
        return transformed;
    }

    /** The event's id in the entry, whatever a transformer has made of it. */
    String cameAs() {
        return cameAs;
    }

    /** Its entry knows that it needs it no more. */
    void ended() {
        ended = true;
    }

    boolean hasEnded() {
        return ended;
    }

    /** Whether a filter has yet to decide, and its key to be claimed. */
    boolean undecided() {
        return undecided;
    }

    void undecided(boolean open) {
        undecided = open;
    }

    /** It is to wait this long once its turn has come. */
    void putOff(Duration time) {
        delay = time;
    }

    /** How long it is to wait, said once; null if it need not. */
    @Nullable
    Duration takeDelay() {
        Duration time = delay;
        delay = null;
        return time;
    }

    /** Whether nothing is done for it now: it waits for its time, or for its handler's word. May be asked by any thread. */
    boolean waiting() {
        return waiting;
    }

    void waiting(boolean waits) {
        waiting = waits;
    }

    boolean unhandled() {
        return handlers.isEmpty();
    }

    /** The handlers that have not yet succeeded, in their order. */
    List<Registration<?>> openHandlers() {
        return succeeded == 0 ? handlers : handlers.subList(succeeded, handlers.size());
    }

    void handlerSucceeded() {
        succeeded++;
    }

    /** Whether one of its handlers has succeeded, and would do it again if another process had the event. */
    boolean partlyHandled() {
        return succeeded > 0;
    }

    /**
     * Whether another process may have it instead: its key's later events are not to overtake it here, what one of its handlers
     * has done is not to be done again, and neither its neighbours in the entry nor an entry that is gone can be given away.
     */
    boolean mayBeLeft() {
        return orderKey == null && !partlyHandled() && !entry.shared() && !entry.trimmed();
    }

    void nextAttempt() {
        attempt++;
    }

    /** True the first time in an attempt. */
    boolean beginsAttempt() {
        boolean begins = begun < attempt;
        begun = attempt;
        return begins;
    }

    void bufferedAt(long nanos) {
        bufferedAt = nanos;
    }

    /** Since when it waits for a worker, on the ticker. */
    long bufferedAt() {
        return bufferedAt;
    }

    void orderKey(@Nullable String key) {
        orderKey = key;
    }

    /** Events of one key are handled one after the other; null = in no particular order. */
    @Nullable
    String orderKey() {
        return orderKey;
    }

    /** The gates of the handlers that are called next: those of one pool. */
    List<Gate> gates() {
        if (handlers.size() - succeeded == 1) {
            return handlers.get(succeeded).gates();
        }
        List<Gate> gates = List.of();
        for (int i = succeeded; i < handlers.size(); i++) {
            Registration<?> handler = handlers.get(i);
            if (handler.ownThreads() && i > succeeded) {
                break;
            }
            if (!handler.gates().isEmpty()) {
                gates = gates.isEmpty() ? new ArrayList<>() : gates;
                gates.addAll(handler.gates());
            }
            if (handler.ownThreads()) {
                break;
            }
        }
        return gates;
    }

    void claim(Claim held) {
        claim = held;
        entry.claimed(held);
    }

    @Nullable
    Claim claim() {
        return claim;
    }

    /** When it failed for the first time in this process. */
    Instant firstFailure(Instant now) {
        if (firstFailure == null) {
            firstFailure = now;
        }
        return firstFailure;
    }

    @Override
    public EventHeader header() {
        return event.header();
    }

    @Override
    public String stream() {
        return home.name().stream();
    }

    @Override
    public String entryId() {
        return entry.id().toString();
    }

    @Override
    public int index() {
        return event.index();
    }

    @Override
    public String group() {
        return home.name().group();
    }

    @Override
    public String consumer() {
        return home.name().consumer();
    }

    @Override
    public int attempt() {
        return attempt;
    }

    @Override
    public boolean redelivered() {
        return entry.redelivered();
    }

    @Override
    public boolean replayed() {
        return entry.markers().replay() != null;
    }

    @Override
    public int redriven() {
        return entry.markers().redriven();
    }

    @Override
    public void skip(String reason) {
        throw notNow("skip()");
    }

    @Override
    public void ack() {
        throw notNow("ack()");
    }

    @Override
    public void fail(Throwable cause) {
        throw notNow("fail()");
    }

    private static IllegalStateException notNow(String call) {
        return new IllegalStateException(call + " is for a handler, which decides what becomes of its event");
    }
}
