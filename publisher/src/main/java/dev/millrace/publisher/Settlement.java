package dev.millrace.publisher;

import dev.millrace.publisher.PublishException.Outcome;
import dev.millrace.redis.internal.AppendResult;
import dev.millrace.redis.internal.RedisFault;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Judges the answers to batches: stored, to be sent again, or failed. Confined to the send loop. */
final class Settlement {

    private static final Logger LOG = LoggerFactory.getLogger(Settlement.class);

    private final long deliveryNanos;
    private final boolean retries;
    private final Completions completions;
    private final FailedEvents failures;
    private final Pulse pulse;
    private final PublisherMeters meters;
    private final Backoff backoff;
    private boolean closing;
    private int notStored;
    private int unknown;
    private List<PendingEvent> settled = new ArrayList<>();

    Settlement(
            PublisherSettings settings,
            Completions completions,
            FailedEvents failures,
            PublisherMeters meters,
            Pulse pulse,
            Backoff backoff) {
        this.deliveryNanos = settings.timeouts().delivery().toNanos();
        this.retries = settings.delivery().retries();
        this.completions = completions;
        this.failures = failures;
        this.meters = meters;
        this.pulse = pulse;
        this.backoff = backoff;
    }

    /** One batch is answered. */
    void settle(Batch batch, long now) {
        Lane lane = batch.lane();
        List<PendingEvent> events = batch.events();
        try {
            for (int i = 0; i < events.size(); i++) {
                settleAlone(lane, events.get(i), batch, i, now);
            }
            pulse.heard(lane.target(), batch.serverAway(), now);
        } finally {
            for (PendingEvent event : lane.answered(now, backoff)) {
                meters.retried(event.type(), lane.isOvertaken(event));
            }
        }
    }

    /** Whatever goes wrong with one event is its own: its neighbours are settled all the same. */
    private void settleAlone(Lane lane, PendingEvent event, Batch batch, int index, long now) {
        try {
            settle(lane, event, batch.result(index), now);
        } catch (RuntimeException | Error e) {
            LOG.atError()
                    .addKeyValue("eventId", event.eventId())
                    .addKeyValue("type", event.type())
                    .addKeyValue("stream", event.append().stream())
                    .setCause(e)
                    .log("An answer could not be made sense of; event {} may or may not be stored", event.eventId());
            meters.loopError();
            failInFlight(event, "its answer made no sense: " + e);
        }
    }

    private void settle(Lane lane, PendingEvent event, AppendResult result, long now) {
        RedisFault fault = result.fault();
        String entryId = result.entryId();
        if (event.outcomeUnknown() && (fault == null || fault.outcomeUnknown())) {
            meters.suspectedDuplicate(event.type());
        }
        if (entryId != null) {
            lane.stored(event);
            event.stored(entryId);
            meters.published(event.type(), now - event.acceptedAt());
            settled.add(event);
            return;
        }
        event.attemptFailed(fault == null ? new RedisFault(RedisFault.Kind.OTHER, "no entry id and no error") : fault);
        if (fault == null || !fault.passing()) {
            lane.refused();
            fail(event, "it was refused");
            return;
        }
        lane.failed(fault);
        if (!retries) {
            fail(event, "it was sent once, and retries are off");
        } else if (now - event.acceptedAt() >= deliveryNanos) {
            expire(event);
        } else {
            lane.resend(event);
        }
    }

    /** The event has used up its time. */
    void expire(PendingEvent event) {
        fail(event, "not delivered within deliveryTimeout " + deliveryNanos / 1_000_000 + " ms");
    }

    /** The event is given up. */
    void fail(PendingEvent event, String reason) {
        event.failed(reason);
        failed(event);
    }

    /** The event is given up while an attempt of it is unanswered. */
    void failInFlight(PendingEvent event, String reason) {
        if (event.outcomeUnknown()) {
            meters.suspectedDuplicate(event.type());
        }
        event.failedInFlight(reason);
        failed(event);
    }

    private void failed(PendingEvent event) {
        meters.failed(event.type(), pulse.now() - event.acceptedAt());
        FailedEvent failure = event.failure();
        if (failure != null) {
            count(failure.failure().outcome());
            failures.add(failure); // before the future completes: whoever learns of it finds it
        }
        settled.add(event);
    }

    private void count(Outcome outcome) {
        if (closing && outcome == Outcome.UNKNOWN) {
            unknown++;
        } else if (closing) {
            notStored++;
        }
    }

    /** From now on, what fails is what closing leaves undelivered. */
    void closing() {
        closing = true;
    }

    CloseReport report() {
        return new CloseReport(notStored, unknown);
    }

    /** Has the futures of what was settled completed, elsewhere. */
    void handOver() {
        if (!settled.isEmpty()) {
            List<PendingEvent> next = new ArrayList<>();
            completions.complete(settled);
            settled = next; // only now: until it is handed over, nobody else knows of it
        }
    }
}
