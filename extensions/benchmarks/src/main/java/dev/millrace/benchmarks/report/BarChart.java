package dev.millrace.benchmarks.report;

import java.util.LinkedHashMap;
import java.util.Map;

/** Horizontal bars with their least and greatest as whiskers. */
final class BarChart {

    private static final int WIDTH = 760;
    private static final int LABELS = 290;
    private static final int NUMBERS = 90;
    private static final int ROW = 28;
    private static final int TOP = 44;

    private final String title;
    private final Map<String, Spread> bars = new LinkedHashMap<>();

    BarChart(String title) {
        this.title = title;
    }

    void bar(String label, Spread spread) {
        bars.put(label, spread);
    }

    String svg() {
        Svg svg = new Svg(WIDTH, TOP + ROW * bars.size() + 12, title);
        double greatest = bars.values().stream().mapToDouble(Spread::max).max().orElse(1);
        int y = TOP;
        for (Map.Entry<String, Spread> bar : bars.entrySet()) {
            row(svg, y, bar.getKey(), bar.getValue(), (WIDTH - LABELS - NUMBERS) / greatest);
            y += ROW;
        }
        return svg.end();
    }

    private static void row(Svg svg, int y, String label, Spread spread, double scale) {
        double length = spread.median() * scale;
        double least = LABELS + spread.min() * scale;
        double greatest = LABELS + spread.max() * scale;
        String colour = label.startsWith("millrace") ? "#1f6f8b" : "#9aa5ab";
        svg.text(LABELS - 8, y + 15, "text-anchor=\"end\"", label);
        svg.add(
                "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>%n",
                LABELS, y, length, ROW - 8, colour);
        svg.add(
                "<path d=\"M%.1f %dH%.1fM%.1f %dv8M%.1f %dv8\" stroke=\"#333333\"/>%n",
                least, y + 10, greatest, least, y + 6, greatest, y + 6);
        svg.text(greatest + 6, y + 15, "", Numbers.of(spread.median()));
    }
}
