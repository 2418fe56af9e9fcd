package dev.millrace.consumer;

import dev.millrace.event.internal.DecodedEvent;
import dev.millrace.event.internal.MalformedEntryException;
import dev.millrace.event.internal.Markers;
import dev.millrace.event.internal.RateLimit;
import dev.millrace.event.internal.WireForms;
import dev.millrace.redis.internal.StreamEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens what was fetched or reclaimed: what cannot or need not be handled ends here, the rest goes to the workers. Thread-safe. */
final class Intake {

    private static final Logger log = LoggerFactory.getLogger(Intake.class);
    private static final int MAX_WARNED_TYPES = 200;

    private final Subscription home;
    private final HandlerRegistry handlers;
    private final UnhandledPolicy unhandled;
    private final OrderPolicy order;
    private final Admission admission;
    private final BodyCodecs codecs;
    private final RateLimit malformed;
    private final Set<String> warnedTypes = ConcurrentHashMap.newKeySet();

    Intake(Subscription home, HandlerRegistry handlers, ConsumerSettings settings, Claims claims) {
        this.home = home;
        this.handlers = handlers;
        this.unhandled = settings.unhandled();
        this.order = settings.order();
        this.admission = new Admission(home, settings.filters(), claims);
        this.codecs = settings.codecs();
        this.malformed = new RateLimit(settings.ticker());
    }

    /**
     * Takes these in.
     *
     * @param startedAt when the call that brought them began
     * @return what is to be handled: claimed, in the order of the entries
     */
    List<EventInFlight> open(List<StreamEntry> fetched, boolean redelivered, long startedAt)
            throws InterruptedException {
        long ownedUntil = home.custody().until(startedAt);
        List<EntryInFlight> entries = new ArrayList<>(fetched.size());
        for (StreamEntry raw : fetched) {
            EntryInFlight entry = new EntryInFlight(raw, redelivered, ownedUntil);
            EntryInFlight known = home.inFlight().add(entry);
            if (known == null) {
                entries.add(entry);
            } else {
                // The group was recreated before it, and it is pending under our name once more.
                known.ownedUntil(ownedUntil);
            }
        }
        boolean done = false;
        try {
            List<EventInFlight> opened = admission.claimed(ordered(openAll(entries)));
            done = true;
            return opened;
        } finally {
            if (!done && !home.closing()) {
                // Nobody would work on them, and keep-alive would hold them for ever: they become idle and come back.
                entries.stream().filter(entry -> !entry.settling()).forEach(home.inFlight()::remove);
            }
        }
    }

    /** Finds out whose turn each is to wait for. */
    private List<EventInFlight> ordered(List<EventInFlight> events) {
        if (!order.ordered()) {
            return events;
        }
        List<EventInFlight> ordered = new ArrayList<>(events.size());
        for (EventInFlight event : events) {
            try {
                event.orderKey(order.keyOf(event));
                ordered.add(event);
            } catch (RuntimeException | Error e) {
                // The application's function failed: it must not stop the stream, and a guess could break an order.
                home.settlement().invalid(event, e);
            }
        }
        return ordered;
    }

    private List<EventInFlight> openAll(List<EntryInFlight> entries) {
        List<EventInFlight> opened = new ArrayList<>(entries.size());
        List<EntryInFlight> left = new ArrayList<>();
        for (EntryInFlight entry : entries) {
            List<EventInFlight> events = admission.filtered(decode(entry));
            if (unhandled == UnhandledPolicy.LEAVE_PENDING && events.stream().anyMatch(EventInFlight::unhandled)) {
                // The whole entry: half of it cannot be left pending.
                events.stream().filter(EventInFlight::unhandled).forEach(this::warn);
                left.add(entry);
            } else {
                for (EventInFlight event : events) {
                    if (event.unhandled()) {
                        passOver(event);
                    } else {
                        opened.add(event);
                    }
                }
            }
        }
        leavePending(left);
        return opened;
    }

    private void leavePending(List<EntryInFlight> entries) {
        if (!entries.isEmpty()) {
            Map<EntryInFlight, Duration> delays = new HashMap<>();
            entries.forEach(entry -> delays.put(entry, Duration.ofDays(1)));
            home.custody().handBack(delays);
            home.keeper()
                    .lost(entries.stream()
                            .filter(EntryInFlight::trimmed)
                            .map(EntryInFlight::id)
                            .toList());
            entries.forEach(home.inFlight()::remove);
            entries.forEach(entry -> home.errands().told(entry, Outcome.WAITING));
        }
    }

    private List<EventInFlight> decode(EntryInFlight entry) {
        String onlyFor = Markers.onlyFor(entry.fields());
        if (onlyFor != null && !onlyFor.equals(home.name().group())) {
            home.settlement().notForUs(entry);
            return List.of();
        }
        List<DecodedEvent> events;
        try {
            events = decodeWanted(entry);
        } catch (MalformedEntryException e) {
            malformed(entry, e);
            return List.of();
        }
        entry.events(events.size());
        List<EventInFlight> opened = new ArrayList<>(events.size());
        for (DecodedEvent decoded : events) {
            EventInFlight event =
                    new EventInFlight(home, entry, decoded, handlers.handlersFor(home.name(), decoded.header()));
            if (!readable(event)) {
                return List.of();
            }
            opened.add(event);
        }
        return opened;
    }

    private boolean readable(EventInFlight event) {
        String contentType = event.contentType();
        for (Registration<?> handler : event.openHandlers()) {
            if (!codecs.canRead(contentType, handler.bodyClass())) {
                malformed(
                        event.entry(),
                        new MalformedEntryException("no body codec for content type '" + contentType + "'; known are "
                                + codecs.contentTypes() + ": add one, or take byte[]"));
                return false;
            }
        }
        return true;
    }

    private void malformed(EntryInFlight entry, MalformedEntryException why) {
        long leftOut = malformed.ask();
        if (leftOut != RateLimit.SILENT) {
            LogPairs.about(log.atWarn(), home.name(), entry.id())
                    .log(
                            "entry {} of {} is malformed: {}{}",
                            entry.id(),
                            home.name(),
                            why.getMessage(),
                            RateLimit.others(leftOut));
        }
        home.settlement().bury(Burial.ofEntry(entry, DeadLetterReason.MALFORMED, why, home.now()));
    }

    /** Decides about what a filter has put off, or could not decide. */
    Admission admission() {
        return admission;
    }

    private static List<DecodedEvent> decodeWanted(EntryInFlight entry) {
        Markers markers = Markers.of(entry.fields());
        List<DecodedEvent> all = WireForms.decode(entry.fields(), entry.id());
        entry.markers(markers);
        if (markers.index() < 0) {
            return all;
        }
        List<DecodedEvent> wanted =
                all.stream().filter(event -> markers.takes(event.index())).toList();
        if (wanted.isEmpty()) {
            throw new MalformedEntryException(
                    "it is for its event " + markers.index() + " only, and has " + all.size() + " (from 0)");
        }
        return wanted;
    }

    private void passOver(EventInFlight event) {
        warn(event);
        if (unhandled == UnhandledPolicy.DEAD_LETTER) {
            home.settlement().bury(Burial.of(event, DeadLetterReason.NO_HANDLER, null, home.now()));
        } else {
            home.settlement().skipped(event, "no handler");
        }
    }

    private void warn(EventInFlight event) {
        String type = event.header().type();
        if (warnedTypes.size() < MAX_WARNED_TYPES && warnedTypes.add(type)) {
            LogPairs.about(log.atWarn(), event)
                    .log("no handler for type {} in {}: {} (said once a type)", type, home.name(), unhandled);
        }
    }
}
