package dev.millrace.benchmarks.contenders;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;

/** What observations cost by themselves: somebody listens, and does nothing with it; a tracer's own work comes on top. */
public final class Observers {

    private Observers() {}

    /** A registry that somebody listens to. */
    public static ObservationRegistry listening() {
        ObservationRegistry registry = ObservationRegistry.create();
        registry.observationConfig().observationHandler(new ObservationHandler<Observation.Context>() {
            @Override
            public boolean supportsContext(Observation.Context context) {
                return true;
            }
        });
        return registry;
    }
}
