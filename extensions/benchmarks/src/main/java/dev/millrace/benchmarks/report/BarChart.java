package dev.millrace.benchmarks.report;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Horizontal bars with their least and greatest as whiskers, as SVG that reads on light and dark pages. */
final class BarChart {

    private static final int WIDTH = 760;
    private static final int LABELS = 250;
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
        int height = TOP + ROW * bars.size() + 12;
        StringBuilder svg = new StringBuilder();
        svg.append(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\"",
                WIDTH,
                height,
                WIDTH,
                height));
        svg.append(" font-family=\"sans-serif\" font-size=\"13\" role=\"img\">\n");
        svg.append("<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
        svg.append(text(12, 24, "font-weight=\"bold\"", title));
        double greatest = bars.values().stream().mapToDouble(Spread::max).max().orElse(1);
        int y = TOP;
        for (Map.Entry<String, Spread> bar : bars.entrySet()) {
            row(svg, y, bar.getKey(), bar.getValue(), (WIDTH - LABELS - NUMBERS) / greatest);
            y += ROW;
        }
        return svg.append("</svg>\n").toString();
    }

    private static void row(StringBuilder svg, int y, String label, Spread spread, double scale) {
        double end = LABELS + spread.median() * scale;
        double least = LABELS + spread.min() * scale;
        double greatest = LABELS + spread.max() * scale;
        String colour = label.startsWith("millrace") || Character.isDigit(label.charAt(0)) ? "#1f6f8b" : "#9aa5ab";
        svg.append(text(LABELS - 8, y + 15, "text-anchor=\"end\"", label));
        svg.append(String.format(
                Locale.ROOT,
                "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>%n",
                LABELS,
                y,
                end - LABELS,
                ROW - 8,
                colour));
        svg.append(String.format(
                Locale.ROOT,
                "<path d=\"M%.1f %dH%.1fM%.1f %dv8M%.1f %dv8\" stroke=\"#333333\"/>%n",
                least,
                y + 10,
                greatest,
                least,
                y + 6,
                greatest,
                y + 6));
        svg.append(text(Math.max(end, greatest) + 6, y + 15, "", Numbers.of(spread.median())));
    }

    private static String text(double x, double y, String attributes, String text) {
        String escaped = text.replace("&", "&amp;").replace("<", "&lt;");
        return String.format(
                Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\" fill=\"#222222\" %s>%s</text>%n", x, y, attributes, escaped);
    }
}
