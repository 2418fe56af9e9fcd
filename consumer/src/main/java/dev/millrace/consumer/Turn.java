package dev.millrace.consumer;

import dev.millrace.event.Delivery;
import dev.millrace.event.EventHeader;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One handler's turn at one event: the delivery that it sees, and what it says of it. Its first word counts; in manual mode it
 * may come later than the handler's return, and from any thread. Thread-safe.
 */
final class Turn implements Delivery {

    private static final Logger log = LoggerFactory.getLogger(Turn.class);

    private final EventInFlight event;
    private final Registration<?> registration;
    private final long startedAt;
    private final int attempt;
    private final Consumer<Turn> onLateWord;
    private @Nullable Word word;
    private boolean returned;
    private boolean over;

    /** What a handler says of an event. */
    sealed interface Word {}

    /** It has succeeded. */
    record Done() implements Word {

        private static final Done SAID = new Done();
    }

    /** The event is to be passed over. */
    record Skipped(String reason) implements Word {}

    /** It has failed. */
    record Failed(Throwable cause) implements Word {}

    /**
     * A turn that begins.
     *
     * @param startedAt when the event's attempt began, on the ticker
     * @param onLateWord told if the word comes after the handler's return
     */
    Turn(EventInFlight event, Registration<?> registration, long startedAt, Consumer<Turn> onLateWord) {
        this.event = event;
        this.registration = registration;
        this.startedAt = startedAt;
        this.attempt = event.attempt();
        this.onLateWord = onLateWord;
    }

    EventInFlight event() {
        return event;
    }

    Registration<?> registration() {
        return registration;
    }

    long startedAt() {
        return startedAt;
    }

    /** The handler has returned: what it said; null if it will say it later. */
    @Nullable
    synchronized Word returned() {
        returned = true;
        if (word == null && !manual()) {
            word = Done.SAID;
        }
        over = word != null;
        return word;
    }

    /** The handler has thrown this: what counts. */
    synchronized Word threw(Throwable failure) {
        returned = true;
        over = true;
        if (word == null) {
            word = new Failed(failure);
        } else {
            LogPairs.about(log.atWarn(), this)
                    .setCause(failure)
                    .log(
                            "handler for '{}' threw after it had settled event {}, which stays so",
                            registration.name(),
                            header().id());
        }
        return word;
    }

    /** What it said late. */
    synchronized Word word() {
        return Objects.requireNonNull(word);
    }

    private boolean manual() {
        return registration.options().isManualAck();
    }

    @Override
    public void ack() {
        requireManual("ack()");
        say(Done.SAID);
    }

    @Override
    public void fail(Throwable cause) {
        requireManual("fail()");
        say(new Failed(Objects.requireNonNull(cause, "cause")));
    }

    @Override
    public void skip(String reason) {
        say(new Skipped(Objects.requireNonNull(reason, "reason")));
    }

    private void requireManual(String call) {
        if (!manual()) {
            throw new IllegalStateException(
                    call + ": this handler's events are acknowledged when it returns, and have failed"
                            + " when it throws; add it with HandlerOptions.defaults().manualAck() to say so yourself");
        }
    }

    private void say(Word said) {
        synchronized (this) {
            if (over && (!manual() || word instanceof Failed)) {
                throw new IllegalStateException("event " + header().id() + ": attempt " + attempt
                        + " of its handler has ended; this changes nothing");
            }
            if (word != null) {
                return;
            }
            if (!event.entry().beginWord()) {
                throw handedBack();
            }
            word = said;
            if (!returned) {
                boolean unused = event.entry().endWord();
                return;
            }
            over = true;
        }
        boolean heard;
        try {
            onLateWord.accept(this);
        } finally {
            heard = event.entry().endWord();
        }
        if (!heard) {
            throw handedBack();
        }
    }

    private IllegalStateException handedBack() {
        return new IllegalStateException("event " + header().id()
                + " was handed back when the server closed; it will be handled again elsewhere");
    }

    @Override
    public EventHeader header() {
        return event.header();
    }

    @Override
    public String stream() {
        return event.stream();
    }

    @Override
    public String entryId() {
        return event.entryId();
    }

    @Override
    public int index() {
        return event.index();
    }

    @Override
    public String group() {
        return event.group();
    }

    @Override
    public String consumer() {
        return event.consumer();
    }

    @Override
    public int attempt() {
        return attempt;
    }

    @Override
    public boolean redelivered() {
        return event.redelivered();
    }

    @Override
    public boolean replayed() {
        return event.replayed();
    }

    @Override
    public int redriven() {
        return event.redriven();
    }
}
