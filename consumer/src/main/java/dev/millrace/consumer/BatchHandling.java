package dev.millrace.consumer;

import dev.millrace.event.Delivery;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One attempt of several events together: their bodies, the handler, and what each one's outcome means. Thread-safe. */
final class BatchHandling {

    private final Handling handling;
    private final Calls calls;

    BatchHandling(Handling handling, Calls calls) {
        this.handling = handling;
        this.calls = calls;
    }

    /**
     * Settles each event, or passes it on to its next handler.
     *
     * @throws InterruptedException if the server's close interrupted the handler: what has not succeeded stays pending
     */
    <T> void handle(Registration<T> handler, List<EventInFlight> events, Pool pool) throws InterruptedException {
        if (events.isEmpty() || !calls.admits(handler, events)) {
            return;
        }
        long startedAt = handling.now();
        List<Turn> turns = new ArrayList<>(events.size());
        List<Batch.Item<T>> items = new ArrayList<>(events.size());
        boolean all = true;
        for (EventInFlight event : events) {
            all &= settled(event, () -> {
                T body = handling.begin(handler, event, startedAt);
                if (body != null) {
                    turns.add(handling.turn(handler, event, startedAt));
                    items.add(new Batch.Item<>(body, event.header(), turns.get(turns.size() - 1)));
                }
            });
        }
        if (items.isEmpty()) {
            calls.unused(handler);
        } else {
            IdentityHashMap<Delivery, Throwable> failures =
                    call(handler, turns.get(0).event(), new Batch<>(items));
            for (Turn turn : turns) {
                all &= settled(turn.event(), () -> settle(turn, failures.get(turn), pool));
            }
        }
        if (!all) {
            throw new InterruptedException("close");
        }
    }

    private <T> IdentityHashMap<Delivery, Throwable> call(
            Registration<T> handler, EventInFlight first, Batch<T> batch) {
        BatchHandler<T> code = Objects.requireNonNull(handler.batch());
        try {
            calls.call(handler, first, () -> code.handle(batch), batch::anyFailure);
            return batch.end(null);
        } catch (Throwable thrown) {
            return batch.end(thrown);
        }
    }

    private void settle(Turn turn, @Nullable Throwable failure, Pool pool) throws InterruptedException {
        Turn.Word word = failure == null ? turn.returned() : turn.threw(failure);
        if (word instanceof Turn.Done) {
            // The batch's call was none of this event alone, so the store is told afterwards.
            word = Handling.confirmed(turn);
        }
        if (handling.goesOn(turn, word)) {
            handling.goOn(turn.event(), turn.startedAt(), pool);
        }
    }

    private interface Step {
        void run() throws InterruptedException;
    }

    /** Whatever comes of one must not keep the others from their end; false if close interrupted it. */
    private static boolean settled(EventInFlight event, Step step) {
        try {
            step.run();
        } catch (InterruptedException e) {
            return false;
        } catch (RuntimeException | Error e) {
            WorkerLoop.tryAgain(event, e);
        }
        return true;
    }
}
