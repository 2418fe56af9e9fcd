package dev.millrace.publisher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.publisher.PublisherSettings.Delivery;
import dev.millrace.redis.internal.AppendResult;
import dev.millrace.redis.internal.RedisFault.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Short random histories of publishes, flushes, faults, waiting and closing; a failure names its seed. */
class PublisherModelTest {

    private static final int HISTORIES = 1_000;
    private static final List<Kind> FAULTS = List.of(
            Kind.CONNECTION_LOST,
            Kind.TIMEOUT,
            Kind.NOT_CONNECTED,
            Kind.OOM,
            Kind.READONLY,
            Kind.LOADING,
            Kind.WRONGTYPE);

    /** What can go wrong, and so what must hold. */
    private enum World {
        /** One connection loses everything from some command on; what is in flight behind that is lost too. */
        CONNECTION,
        /** The server refuses single events besides: later ones may pass them, which is counted. */
        ANYTHING,
        /** A batch is stored as a whole or not at all: nothing passes anything. */
        STRICT
    }

    @ParameterizedTest
    @EnumSource
    void every_future_completes_once_and_successes_keep_the_order_of_their_stream(World world) {
        for (int seed = 0; seed < HISTORIES; seed++) {
            History history = new History(seed, world);
            history.live();
            history.end();
            history.check();
        }
    }

    private static final class History {

        private final int seed;
        private final World world;
        private final Random random;
        private final LoopHarness harness;
        private final Map<String, List<Accepted>> byStream = new HashMap<>();
        private final List<CompletableFuture<Void>> flushes = new ArrayList<>();
        private final Map<String, Integer> copies = new HashMap<>();
        private int published;
        private int refused;

        record Accepted(CompletableFuture<PublishReceipt> future, AtomicInteger completions) {}

        History(int seed, World world) {
            this.seed = seed;
            this.world = world;
            this.random = new Random(seed);
            BatchLimits limits = BatchLimits.defaults()
                    .withMaxEvents(1 + random.nextInt(5))
                    .withMaxBytes(10 + random.nextInt(100))
                    .withMaxConcurrentBatches(1 + random.nextInt(5));
            Delivery delivery = new Delivery(random.nextInt(5) > 0, world == World.STRICT, 1_000, 1 << 20);
            this.harness = new LoopHarness(limits, delivery, 5 + random.nextInt(30));
            if (world == World.CONNECTION) {
                harness.target.beforeSend = () -> {
                    if (random.nextInt(5) == 0) {
                        breakConnection();
                    }
                };
            }
        }

        void live() {
            for (int step = 0; step < 80; step++) {
                switch (random.nextInt(8)) {
                    case 0, 1, 2 -> publish();
                    case 3, 4 -> answer();
                    case 5 -> harness.pass(Duration.ofMillis(random.nextInt(400)));
                    case 6 -> maybeFlush();
                    default -> harness.turn();
                }
            }
        }

        private void publish() {
            String stream = "stream-" + random.nextInt(3);
            AtomicInteger completions = new AtomicInteger();
            CompletableFuture<PublishReceipt> future;
            try {
                future = harness.publish(stream, "event-" + published);
            } catch (BufferFullException e) {
                refused++;
                harness.turn();
                return;
            }
            published++;
            CompletableFuture<PublishReceipt> unused =
                    future.whenComplete((receipt, error) -> completions.incrementAndGet());
            byStream.computeIfAbsent(stream, s -> new ArrayList<>()).add(new Accepted(future, completions));
            if (random.nextBoolean()) {
                harness.turn();
            }
        }

        private void maybeFlush() {
            flushes.add(harness.flush());
            if (random.nextInt(10) == 0) {
                harness.pass(LoopHarness.DELIVERY);
            }
        }

        private void answer() {
            if (harness.target.sent.isEmpty()) {
                harness.turn();
                return;
            }
            if (world == World.CONNECTION && random.nextInt(3) == 0) {
                breakConnection();
                harness.turn();
                return;
            }
            FakeTarget.Sent batch = harness.next();
            if (world == World.CONNECTION || random.nextInt(3) > 0) {
                batch.answer()
                        .complete(batch.entries().stream().map(this::execute).toList());
            } else if (world == World.STRICT) {
                Kind kind = FAULTS.get(random.nextInt(FAULTS.size()));
                boolean carriedOut = random.nextBoolean();
                batch.answer()
                        .complete(batch.entries().stream()
                                .map(entry -> fault(entry, kind, carriedOut))
                                .toList());
            } else {
                batch.answer()
                        .complete(batch.entries().stream().map(e -> anything(e)).toList());
            }
            harness.turn();
        }

        private AppendResult execute(String entry) {
            copies.merge(entry, 1, Integer::sum);
            return harness.target.stored(entry);
        }

        private AppendResult anything(String entry) {
            return random.nextInt(3) > 0
                    ? execute(entry)
                    : fault(entry, FAULTS.get(random.nextInt(FAULTS.size())), random.nextBoolean());
        }

        /** Where the outcome is unknown, the command may well have been carried out. */
        private AppendResult fault(String entry, Kind kind, boolean carriedOut) {
            if ((kind == Kind.CONNECTION_LOST || kind == Kind.TIMEOUT) && carriedOut) {
                AppendResult lost = execute(entry);
                assertThat(lost.entryId()).isNotNull();
            }
            return FakeTarget.fault(kind);
        }

        private void breakConnection() {
            int answered = random.nextInt(4);
            while (!harness.target.sent.isEmpty()) {
                List<AppendResult> results = new ArrayList<>();
                for (String entry : harness.target.sent.getFirst().entries()) {
                    results.add(
                            answered-- > 0 ? execute(entry) : fault(entry, Kind.CONNECTION_LOST, random.nextBoolean()));
                }
                harness.target.lose(harness.next(), results);
            }
        }

        void end() {
            harness.closeWithin(Duration.ofSeconds(1));
            harness.turn();
            while (random.nextInt(4) > 0) {
                answer();
            }
            harness.pass(Duration.ofSeconds(1));
            harness.turn();
            harness.turn();
        }

        void check() {
            assertThat(harness.loop.isFinished()).as("seed %d: ended", seed).isTrue();
            assertThat(harness.accumulator.events()).as("seed %d: room", seed).isZero();
            assertThat(harness.accumulator.bytes()).as("seed %d: bytes", seed).isZero();
            assertThat(flushes)
                    .as("seed %d: flushes", seed)
                    .allSatisfy(flush -> assertThat(flush).isCompleted());
            byStream.forEach(this::checkStream);
            checkFailures();
            int surplus = copies.values().stream().mapToInt(n -> n - 1).sum();
            assertThat((double) surplus)
                    .as("seed %d: duplicates that nobody counted", seed)
                    .isLessThanOrEqualTo(count("suspected.duplicates"));
        }

        private void checkFailures() {
            List<Object> failed = new ArrayList<>();
            byStream.values()
                    .forEach(accepted -> accepted.stream()
                            .filter(event -> event.future().isCompletedExceptionally())
                            .forEach(event -> failed.add(LoopHarness.failure(event.future()))));
            assertThat(harness.failures.list())
                    .as("seed %d: failed events, besides %d refused", seed, refused)
                    .extracting(FailedEvent::failure)
                    .hasSameElementsAs(
                            failed.stream().map(PublishException.class::cast).toList());
            assertThat(harness.given)
                    .as("seed %d: onFailure", seed)
                    .hasSize(failed.size())
                    .hasSameElementsAs(harness.failures.list());
        }

        private void checkStream(String stream, List<Accepted> accepted) {
            assertThat(accepted)
                    .as("seed %d, %s: completed once", seed, stream)
                    .allSatisfy(event -> assertThat(event.completions()).hasValue(1));
            if (world != World.ANYTHING) {
                assertThat(count("reordered")).as("seed %d: reordered", seed).isZero();
            }
            if (count("reordered") == 0) {
                assertThat(accepted.stream()
                                .map(Accepted::future)
                                .filter(future -> !future.isCompletedExceptionally())
                                .map(future -> future.join().entryId())
                                .toList())
                        .as("seed %d, %s: order", seed, stream)
                        .isSortedAccordingTo(Entries.BY_ID);
            }
        }

        private double count(String meter) {
            return harness.registry.find("millrace.publisher." + meter).counters().stream()
                    .mapToDouble(counter -> counter.count())
                    .sum();
        }
    }
}
