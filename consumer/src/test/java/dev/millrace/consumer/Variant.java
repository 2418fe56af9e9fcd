package dev.millrace.consumer;

import dev.millrace.event.Delivery;
import dev.millrace.redis.internal.RedisFaultException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;

/** What the servers of a {@link History} do otherwise than usual, or how its events travel. */
enum Variant {
    PLAIN,
    /** Events have one of two keys, and wait for others of theirs. */
    ORDERED {
        @Override
        ConsumerServerBuilder of(ConsumerServerBuilder builder) {
            return builder.order(OrderPolicy.byKey());
        }
    },
    /** Every server puts half of the entries off when it meets them first. */
    DEFERRING {
        @Override
        ConsumerServerBuilder of(ConsumerServerBuilder builder) {
            Set<String> met = ConcurrentHashMap.newKeySet();
            return builder.filter(delivery -> delivery.entryId().hashCode() % 2 == 0 && met.add(delivery.entryId())
                    ? EventFilter.defer(Duration.ofMillis(30))
                    : EventFilter.process());
        }
    },
    /** Handlers return at once, and another thread says later what became of their events. */
    MANUAL {
        @Override
        HandlerOptions options() {
            return HandlerOptions.defaults().manualAck();
        }

        @Override
        void handle(Work work, Runs.Run run, Delivery delivery, ExecutorService others) {
            others.execute(() -> {
                try {
                    work.run();
                } catch (RedisFaultException dead) {
                    return;
                } catch (Exception failure) {
                    say(run, () -> delivery.fail(failure));
                    return;
                }
                say(run, delivery::ack);
            });
        }
    },
    /** Some events travel with others in one entry. */
    BATCHES;

    private static final List<Variant> ALL = List.of(values());

    static Variant any(Random random) {
        return ALL.get(random.nextInt(ALL.size()));
    }

    /** What a handler does. */
    interface Work {
        void run() throws Exception;
    }

    /** Sets up a server. */
    ConsumerServerBuilder of(ConsumerServerBuilder builder) {
        return builder;
    }

    HandlerOptions options() {
        return HandlerOptions.defaults();
    }

    /** Does what the handler is to do, or sees to it that it is done. */
    void handle(Work work, Runs.Run run, Delivery delivery, ExecutorService others) throws Exception {
        work.run();
    }

    /** A word that comes too late is refused: then others have the event, and nobody is to be surprised by that. */
    private static void say(Runs.Run run, Runnable word) {
        try {
            word.run();
        } catch (IllegalStateException late) {
            run.outcome = Runs.Outcome.TOO_LATE;
        }
    }
}
