package dev.millrace.consumer;

import dev.millrace.consumer.History.Kind;
import dev.millrace.consumer.History.Planned;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The events of a {@link History}, and what is to become of each. */
final class Plan {

    private static final List<Kind> KINDS = List.of(
            Kind.OK,
            Kind.FLAKY,
            Kind.FATAL,
            Kind.FAILING,
            Kind.MENDED,
            Kind.UNKNOWN,
            Kind.MALFORMED,
            Kind.HUGE,
            Kind.TWIN);

    /** Of those that travel together. */
    private static final List<Kind> TOGETHER = List.of(Kind.OK, Kind.FLAKY, Kind.FATAL, Kind.FAILING);

    private final TestStream stream;
    private final Variant variant;
    private final Random random;
    private final List<Planned> events = new ArrayList<>();

    Plan(TestStream stream, Variant variant, Random random) {
        this.stream = stream;
        this.variant = variant;
        this.random = random;
    }

    List<Planned> events() {
        return events;
    }

    /** Some more. */
    void add() {
        int count = 1 + random.nextInt(6);
        for (int i = 0; i < count; i++) {
            if (variant == Variant.BATCHES && random.nextBoolean()) {
                addBatch(2 + random.nextInt(2));
            } else {
                add(KINDS.get(random.nextInt(KINDS.size())), "e" + events.size());
            }
        }
    }

    private void add(Kind kind, String id) {
        int key = random.nextInt(2);
        stream.addPlanned(kind, id, header -> {
                    if (variant == Variant.ORDERED) {
                        header.key("k" + key);
                    }
                })
                .forEach(entry -> events.add(new Planned(kind, id, entry, 0)));
    }

    private void addBatch(int members) {
        List<Planned> batch = new ArrayList<>();
        List<String> bodies = new ArrayList<>();
        for (int index = 0; index < members; index++) {
            Kind kind = TOGETHER.get(random.nextInt(TOGETHER.size()));
            String id = "e" + (events.size() + index);
            bodies.add(kind.body(id));
            batch.add(new Planned(kind, id, "", index));
        }
        String entry = stream.addRaw("data", TestStream.nodeBatch("order.paid", bodies.toArray(String[]::new)));
        batch.forEach(one -> events.add(new Planned(one.kind(), one.id(), entry, one.index())));
    }
}
