package dev.millrace.benchmarks.steps;

import dev.millrace.benchmarks.contenders.Observers;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
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

/** What an observation costs without any of Millrace, while somebody listens who does nothing: the least for each event. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ObservationSteps {

    private final ObservationRegistry registry = Observers.listening();
    private final KeyValues six = values(6);
    private final KeyValues four = values(4);

    /** Begun and ended in a scope, without a single key value. */
    @Benchmark
    public Observation bare() {
        return observed(Observation.createNotStarted("bare", registry));
    }

    /** With as many key values as a handler's call carries. */
    @Benchmark
    public Observation withKeyValues() {
        return observed(Observation.createNotStarted("values", registry)
                .lowCardinalityKeyValues(six)
                .highCardinalityKeyValues(four));
    }

    private static Observation observed(Observation observation) {
        observation.start();
        try (Observation.Scope scope = observation.openScope()) {
            return observation;
        } finally {
            observation.stop();
        }
    }

    private static KeyValues values(int count) {
        KeyValue[] values = new KeyValue[count];
        for (int i = 0; i < count; i++) {
            values[i] = KeyValue.of("messaging.key." + i, "value-" + i);
        }
        return KeyValues.of(values);
    }
}
