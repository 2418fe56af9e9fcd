package dev.millrace.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The picture of each section: bars for throughput, lines for what grows and for percentiles. */
final class Pictures {

    private static final List<Figure> PERCENTILES =
            List.of(Figure.P50, Figure.P90, Figure.P99, Figure.P999, Figure.MAX);
    private static final Map<String, String> UNITS = Map.of(
            "streams", "streams",
            "concurrency", "handlers at once",
            "payload", "bytes of the body");

    private final Comparison comparison;

    Pictures(Comparison comparison) {
        this.comparison = comparison;
    }

    /**
     * Writes one into the directory.
     *
     * @param section what the page calls it
     * @param workloads what was measured there, at least one
     * @return the file's name
     */
    String draw(String section, List<String> workloads, Path directory) throws IOException {
        String file = section.replaceAll("[^A-Za-z0-9]+", "-") + ".svg";
        Files.writeString(directory.resolve(file), svg(section, workloads));
        return file;
    }

    private String svg(String section, List<String> workloads) {
        String workload = workloads.get(0);
        if (Sections.isScale(workload)) {
            return growth(section, workloads);
        }
        boolean latency = comparison.contenders(workload).stream()
                .anyMatch(each -> comparison.figure(workload, each, Figure.P50).isPresent());
        return latency
                ? percentiles(workload)
                : bars(workload, workload.startsWith("cost, ") ? Figure.CLIENT_CPU : Figure.RATE);
    }

    private String bars(String workload, Figure figure) {
        BarChart chart = new BarChart(workload + ": " + figure.label());
        for (String contender : comparison.contenders(workload)) {
            comparison.figure(workload, contender, figure).ifPresent(spread -> chart.bar(contender, spread));
        }
        return chart.svg();
    }

    private String percentiles(String workload) {
        LineChart chart = new LineChart(workload + ": µs, by powers of ten", "percentile", true);
        for (String contender : comparison.contenders(workload)) {
            for (int i = 0; i < PERCENTILES.size(); i++) {
                int place = i;
                Figure figure = PERCENTILES.get(i);
                String label = figure.label().replace(" µs", "");
                comparison
                        .figure(workload, contender, figure)
                        .ifPresent(spread -> chart.point(contender, new LineChart.Point(place, label, spread)));
            }
        }
        return chart.svg();
    }

    /** The contenders are sizes, which double or grow tenfold: so does the x axis. */
    private String growth(String section, List<String> workloads) {
        String what = Sections.grows(workloads.get(0));
        boolean powers = !"streams".equals(what);
        String title = section + ": events/s" + (powers ? ", by powers of ten" : "");
        LineChart chart = new LineChart(title, UNITS.getOrDefault(what, what), powers);
        for (String workload : workloads) {
            for (String size : comparison.contenders(workload)) {
                double x = Math.log(Double.parseDouble(size));
                String label = Axis.label(Double.parseDouble(size));
                comparison
                        .figure(workload, size, Figure.RATE)
                        .ifPresent(
                                spread -> chart.point(Sections.doing(workload), new LineChart.Point(x, label, spread)));
            }
        }
        return chart.svg();
    }
}
