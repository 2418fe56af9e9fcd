package dev.millrace.benchmarks.steps;

import dev.millrace.benchmarks.contenders.Order;
import dev.millrace.event.Body;
import dev.millrace.event.BodyCodec;
import dev.millrace.event.EventHeader;
import dev.millrace.event.internal.DecodedEvent;
import dev.millrace.event.internal.EnvelopeCodec;
import java.time.Instant;
import java.util.List;
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

/** What is done for each entry that was read. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ConsumeSteps {

    private final BodyCodec codec = BodyCodec.json();
    private final byte[] body = codec.encode(Order.of(123_456, 0L));
    private final byte[] entry = EnvelopeCodec.encode(
            EventHeader.builder("order.placed")
                    .id("0190163d-8694-739b-aea5-966c26f8ad91")
                    .origin("benchmarks")
                    .timestamp(Instant.parse("2026-01-02T03:04:05.678Z"))
                    .correlationId("0190163d-8694-739b-aea5-966c26f8ad91")
                    .build(),
            body,
            "");

    /** The header; the body stays a slice. */
    @Benchmark
    public List<DecodedEvent> header() {
        return EnvelopeCodec.decode(entry, "1-0");
    }

    /** The body into the handler's type. */
    @Benchmark
    public Order typedBody() {
        return codec.decode(Body.of(body), Order.class);
    }
}
