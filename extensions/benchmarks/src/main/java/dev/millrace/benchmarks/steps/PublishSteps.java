package dev.millrace.benchmarks.steps;

import dev.millrace.benchmarks.contenders.Order;
import dev.millrace.event.BodyCodec;
import dev.millrace.event.EventHeader;
import dev.millrace.event.internal.BodyHash;
import dev.millrace.event.internal.EnvelopeCodec;
import dev.millrace.event.internal.EventIds;
import dev.millrace.routing.Route;
import dev.millrace.routing.Routing;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What the publishing thread does for each event. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PublishSteps {

    private final InstantSource clock = InstantSource.system();
    private final BodyCodec codec = BodyCodec.json();
    private final Order order = Order.of(123_456, 0L);
    private final byte[] body = codec.encode(order);
    private final EventHeader header = freshHeader();
    private final Routing routing = Routing.builder()
            .route("order.**")
            .toStream("orders")
            .route("payment.*")
            .toStream("payments")
            .build();

    /** An id. */
    @Benchmark
    public String eventId() {
        return EventIds.next(clock);
    }

    /** A header, built and checked. */
    @Benchmark
    public final EventHeader freshHeader() {
        return EventHeader.builder("order.placed")
                .id(EventIds.next(clock))
                .origin("benchmarks")
                .correlationId("0190163d-8694-739b-aea5-966c26f8ad91")
                .build(clock);
    }

    /** The body as JSON. */
    @Benchmark
    public byte[] encodeBody() {
        return codec.encode(order);
    }

    /** A prebuilt body, checked and copied. */
    @Benchmark
    public byte[] checkPrebuiltBody() {
        return codec.encode(body);
    }

    /** The body's hash. */
    @Benchmark
    public String hash() {
        return BodyHash.sha256Hex(body, 0, body.length);
    }

    /** Header and body into an envelope, the hash included. */
    @Benchmark
    public byte[] envelope() {
        return EnvelopeCodec.encode(header, body, "");
    }

    /** Which stream. */
    @Benchmark
    public Route route() {
        return routing.resolve(header);
    }
}
