package dev.millrace.consumer;

import dev.millrace.consumer.Life.Fate;
import java.util.List;
import java.util.Random;

/** What becomes of the lives of a {@link History}, and at which step. */
final class Fates {

    static final List<String> REDRIVE_STEPS = List.of("before redrive", "after redrive");

    private static final List<String> STEPS = List.of(
            "before read",
            "after read",
            "before claim",
            "after claim",
            "before handler",
            "in handler",
            "in handler's end",
            "after handler",
            "before ack",
            "after ack",
            "before touch",
            "after touch",
            "before dead_letter",
            "after dead_letter",
            "before settle_dead",
            "after settle_dead",
            "before take",
            "after take",
            "before remove_consumer",
            "after remove_consumer");

    private static final List<Fate> FATES = List.of(Fate.DIES, Fate.STALLS, Fate.CLOSES);
    private static final long STALL_NANOS = History.CLAIM_IDLE.multipliedBy(2).toNanos();

    private final Random random;

    Fates(Random random) {
        this.random = random;
    }

    Life mortal(int number) {
        Fate fate = FATES.get(random.nextInt(FATES.size()));
        String step = STEPS.get(random.nextInt(STEPS.size()));
        return new Life("life-" + number, fate, step, 1 + random.nextInt(3), STALL_NANOS);
    }

    Life redriver(int number) {
        String step = REDRIVE_STEPS.get(random.nextInt(REDRIVE_STEPS.size()));
        return new Life("redriver-" + number, Fate.DIES, step, 1 + random.nextInt(3), 0);
    }
}
