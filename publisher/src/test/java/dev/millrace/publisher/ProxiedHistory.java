package dev.millrace.publisher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.publisher.PublishException.Outcome;
import dev.millrace.routing.Routing;
import dev.millrace.testkit.RedisServer;
import dev.millrace.testkit.TcpProxy;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** One random life of a publisher whose Redis is behind a proxy. For one thread. */
final class ProxiedHistory {

    private static final List<String> NAMESPACES = List.of("order", "stock", "user");
    private static final Pattern ENTRY = Pattern.compile("(?m)^(\\d+-\\d+)\\ndata\\n.*?\"id\":\"([^\"]+)\"");

    private final RedisServer server;
    private final int seed;
    private final boolean strict;
    private final Random random;
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final List<Meter> meters = new ArrayList<>();
    private final List<Accepted> accepted = new ArrayList<>();
    private final List<CompletableFuture<Void>> flushes = new ArrayList<>();
    private final Set<String> refused = new HashSet<>();
    private List<FailedEvent> failed = List.of();

    private record Accepted(
            String id, String stream, CompletableFuture<PublishReceipt> future, AtomicInteger completions) {}

    ProxiedHistory(RedisServer server, int seed, boolean strict) {
        this.server = server;
        this.seed = seed;
        this.strict = strict;
        this.random = new Random(seed);
        registry.config().onMeterRemoved(meters::add); // which close does
    }

    void live() {
        try (TcpProxy proxy = TcpProxy.inFrontOf(server)) {
            EventPublisher publisher = publisher(proxy.uri());
            for (int step = 0; step < 30; step++) {
                switch (random.nextInt(4)) {
                    case 0, 1 -> publish(publisher, 1 + random.nextInt(40));
                    case 2 -> fault(proxy);
                    default -> look(publisher);
                }
            }
            if (random.nextBoolean()) {
                proxy.heal();
            }
            publisher.close(Duration.ofMillis(random.nextInt(1_500)));
            failed = publisher.failedEvents();
        }
    }

    private EventPublisher publisher(String uri) {
        BatchLimits limits = BatchLimits.defaults()
                .withMaxEvents(1 + random.nextInt(50))
                .withMaxConcurrentBatches(1 + random.nextInt(5));
        return EventPublisher.builder("billing")
                .redis(uri)
                .routing(Routing.builder()
                        .route("**")
                        .toStream("{namespace}-" + seed + "-" + strict)
                        .build())
                .batch(limits)
                .buffer(5 + random.nextInt(200), 1 << 20)
                .blockFor(Duration.ofMillis(random.nextInt(5)))
                .deliveryTimeout(Duration.ofMillis(100 + random.nextInt(2_000)))
                .retries(random.nextInt(5) > 0)
                .strictOrder(strict)
                .failedEvents(100_000, 64 << 20)
                .onFailure(event -> {})
                .meterRegistry(registry)
                .build();
    }

    private void publish(EventPublisher publisher, int count) {
        for (int i = 0; i < count; i++) {
            String namespace = NAMESPACES.get(random.nextInt(NAMESPACES.size()));
            String id = "e-" + (accepted.size() + refused.size());
            try {
                CompletableFuture<PublishReceipt> future =
                        publisher.publish(namespace + ".changed", Map.of("n", i), header -> header.id(id));
                AtomicInteger completions = new AtomicInteger();
                accepted.add(new Accepted(id, namespace + "-" + seed + "-" + strict, future, completions));
                var unused = future.whenComplete((receipt, error) -> completions.incrementAndGet());
            } catch (BufferFullException e) {
                refused.add(id);
            }
        }
    }

    private void fault(TcpProxy proxy) {
        switch (random.nextInt(9)) {
            case 0 -> proxy.cut();
            case 1 -> proxy.reset();
            case 2 -> proxy.dropReplies();
            case 3 -> proxy.dropRequests();
            case 4 -> proxy.delay(Duration.ofMillis(1 + random.nextInt(5)));
            case 5 -> proxy.resetAfterReplies(random.nextInt(60));
            case 6 -> proxy.resetAfterReplyBytes(random.nextInt(1_000));
            case 7 -> proxy.refuse();
            default -> proxy.heal();
        }
    }

    /** Asks for everything, and sometimes stays until some of it is answered, which gives faults time to show. */
    private void look(EventPublisher publisher) {
        CompletableFuture<Void> flush = publisher.flush();
        flushes.add(flush);
        if (random.nextBoolean()) {
            flush.copy()
                    .completeOnTimeout(null, random.nextInt(100), TimeUnit.MILLISECONDS)
                    .join();
        }
    }

    void check() {
        assertThat(flushes)
                .as("seed %d: flushes", seed)
                .allSatisfy(flush -> assertThat(flush).isCompleted());
        assertThat(accepted)
                .as("seed %d: completed once", seed)
                .allSatisfy(event -> assertThat(event.completions()).hasValue(1));
        assertThat(failed.stream().map(FailedEvent::eventId))
                .as("seed %d: failed events", seed)
                .containsExactlyInAnyOrderElementsOf(accepted.stream()
                        .filter(event -> event.future().isCompletedExceptionally())
                        .map(Accepted::id)
                        .toList());
        int surplus = 0;
        for (String stream : accepted.stream().map(Accepted::stream).distinct().toList()) {
            surplus += checkStream(stream);
        }
        assertThat((double) surplus)
                .as("seed %d: copies that nobody counted", seed)
                .isLessThanOrEqualTo(count("suspected.duplicates"));
        assertThat(count("reordered")).as("seed %d: reordered", seed).isZero();
    }

    /** How many entries are second, third … copies. */
    private int checkStream(String stream) {
        Map<String, List<String>> entries = ENTRY.matcher(server.cli("XRANGE", stream, "-", "+"))
                .results()
                .collect(Collectors.groupingBy(
                        found -> found.group(2), Collectors.mapping(MatchResult::group, Collectors.toList())));
        assertThat(entries.keySet()).as("seed %d: refused", seed).noneMatch(refused::contains);
        List<String> stored = new ArrayList<>();
        for (Accepted event : accepted) {
            if (event.stream().equals(stream)) {
                checkEvent(event, entries.getOrDefault(event.id(), List.of()), stored);
            }
        }
        assertThat(stored)
                .as("seed %d: order of %s", seed, stream)
                .doesNotHaveDuplicates()
                .isSortedAccordingTo(Entries.BY_ID);
        return entries.values().stream().mapToInt(copies -> copies.size() - 1).sum();
    }

    private void checkEvent(Accepted event, List<String> copies, List<String> stored) {
        if (event.future().isCompletedExceptionally()) {
            assertThat(copies.isEmpty() || outcome(event) == Outcome.UNKNOWN)
                    .as("seed %d: %s, which failed as not stored, is not", seed, event.id())
                    .isTrue();
            return;
        }
        String entryId = event.future().join().entryId();
        assertThat(copies).as("seed %d: %s", seed, event.id()).anyMatch(copy -> copy.startsWith(entryId + "\n"));
        stored.add(entryId);
    }

    private static Outcome outcome(Accepted event) {
        try {
            throw new AssertionError(event.future().join());
        } catch (CompletionException e) {
            return ((PublishException) e.getCause()).outcome();
        }
    }

    private double count(String meter) {
        return meters.stream()
                .filter(each -> each.getId().getName().equals("millrace.publisher." + meter))
                .mapToDouble(each -> ((Counter) each).count())
                .sum();
    }
}
