package dev.millrace.benchmarks;

import dev.millrace.benchmarks.report.Figure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The largest resident size of this process so far. */
final class PeakMemory {

    private static final Path STATUS = Path.of("/proc/self/status");

    private PeakMemory() {}

    /** Adds it, where the system tells it. */
    static void addTo(Map<Figure, Double> figures) {
        if (Files.isReadable(STATUS)) {
            try {
                figures.put(Figure.PEAK_MEMORY, InfoText.number(Files.readString(STATUS), "VmHWM") / 1024);
            } catch (IOException e) {
                throw new IllegalStateException("cannot read " + STATUS, e);
            }
        }
    }
}
