package dev.millrace.benchmarks.report;

import java.util.Locale;

/** The picture being drawn; its ground is white, so that it reads on light and dark pages. */
final class Svg {

    private final StringBuilder out = new StringBuilder();

    Svg(int width, int height, String title) {
        add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\"",
                width, height, width, height);
        add(" font-family=\"sans-serif\" font-size=\"13\" role=\"img\">%n");
        add("<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>%n");
        text(12, 24, "font-weight=\"bold\"", title);
    }

    /** Text, with further attributes. */
    void text(double x, double y, String attributes, String text) {
        String escaped = text.replace("&", "&amp;").replace("<", "&lt;");
        add("<text x=\"%.1f\" y=\"%.1f\" fill=\"#222222\" %s>%s</text>%n", x, y, attributes, escaped);
    }

    /** An element, as {@link String#format} makes it, the same wherever it runs. */
    void add(String format, Object... values) {
        out.append(String.format(Locale.ROOT, format.replace("%n", "\n"), values));
    }

    String end() {
        return out.append("</svg>\n").toString();
    }
}
