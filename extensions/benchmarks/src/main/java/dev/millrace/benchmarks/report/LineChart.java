package dev.millrace.benchmarks.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Lines over a common x axis, each point with its least and greatest. */
final class LineChart {

    /**
     * One point of a line.
     *
     * @param x where it is, in any unit
     * @param label what is written below it
     * @param spread its value
     */
    record Point(double x, String label, Spread spread) {}

    /** In the legend; rows count from 0. */
    private record Place(double x, int row) {}

    private static final int WIDTH = 760;
    private static final int PLOT = 280;
    private static final int LEFT = 84;
    private static final int RIGHT = 20;
    /** Between the axis' ends and the first and last points. */
    private static final int INSET = 40;

    private static final int BELOW = 56;
    private static final int TOP = 40;
    private static final int LEGEND_ROW = 22;
    /** About the width of a character. */
    private static final double CHARACTER = 7.6;
    /** Points of different lines stand this far beside each other, so that none hides another. */
    private static final double APART = 6;

    private static final String[] COLOURS = {"#1f6f8b", "#c8553d", "#6b4c9a", "#3a7d44", "#9a6b00", "#5b6770"};

    private final String title;
    private final String below;
    private final boolean powers;
    private final Map<String, List<Point>> lines = new LinkedHashMap<>();

    /**
     * Without lines.
     *
     * @param title stands above it
     * @param below what the x axis shows
     * @param powers whether the y axis goes by powers of ten
     */
    LineChart(String title, String below, boolean powers) {
        this.title = title;
        this.below = below;
        this.powers = powers;
    }

    void point(String line, Point point) {
        lines.computeIfAbsent(line, name -> new ArrayList<>()).add(point);
    }

    String svg() {
        List<Place> legend = legend();
        int top = TOP + (legend.get(legend.size() - 1).row() + 1) * LEGEND_ROW + 8;
        Svg svg = new Svg(WIDTH, top + PLOT + BELOW, title);
        Axis axis = powers
                ? Axis.logarithmic(
                        spreads().mapToDouble(Spread::min).min().orElse(1),
                        spreads().mapToDouble(Spread::max).max().orElse(1))
                : Axis.linear(spreads().mapToDouble(Spread::max).max().orElse(1));
        grid(svg, axis, top);
        int index = 0;
        for (Map.Entry<String, List<Point>> line : lines.entrySet()) {
            Place place = legend.get(index);
            int y = TOP + place.row() * LEGEND_ROW + 10;
            svg.add("<circle cx=\"%.1f\" cy=\"%d\" r=\"5\" fill=\"%s\"/>%n", place.x(), y - 4, colour(index));
            svg.text(place.x() + 10, y, "", line.getKey());
            draw(svg, line.getValue(), index, axis, top);
            index++;
        }
        return svg.end();
    }

    /** Where each line's name goes. */
    private List<Place> legend() {
        List<Place> places = new ArrayList<>();
        double x = LEFT;
        int row = 0;
        for (String name : lines.keySet()) {
            double width = 34 + name.length() * CHARACTER;
            if (x > LEFT && x + width > WIDTH) {
                x = LEFT;
                row++;
            }
            places.add(new Place(x, row));
            x += width;
        }
        return places;
    }

    private void grid(Svg svg, Axis axis, int top) {
        for (double tick : axis.ticks()) {
            double y = y(axis, tick, top);
            svg.add(
                    "<path d=\"M%d %.1fH%d\" stroke=\"%s\"/>%n",
                    LEFT, y, WIDTH - RIGHT, tick == axis.low() ? "#333333" : "#dddddd");
            svg.text(LEFT - 8, y + 4, "text-anchor=\"end\"", Axis.label(tick));
        }
        Map<Double, String> labels = new TreeMap<>();
        lines.values().forEach(line -> line.forEach(point -> labels.put(point.x(), point.label())));
        labels.forEach((x, label) -> svg.text(x(x), top + PLOT + 20, "text-anchor=\"middle\"", label));
        svg.text((LEFT + WIDTH - RIGHT) / 2.0, top + PLOT + 42, "text-anchor=\"middle\"", below);
    }

    private void draw(Svg svg, List<Point> line, int index, Axis axis, int top) {
        double aside = (index - (lines.size() - 1) / 2.0) * APART;
        StringBuilder path = new StringBuilder();
        for (Point point : line) {
            double x = x(point.x()) + aside;
            double y = y(axis, point.spread().median(), top);
            double least = y(axis, point.spread().min(), top);
            double greatest = y(axis, point.spread().max(), top);
            path.append(String.format(Locale.ROOT, "%s%.1f %.1f", path.length() == 0 ? "M" : "L", x, y));
            svg.add(
                    "<path d=\"M%.1f %.1fV%.1fM%.1f %.1fh6M%.1f %.1fh6\" stroke=\"%s\"/>%n",
                    x, least, greatest, x - 3, least, x - 3, greatest, colour(index));
            svg.add("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\" fill=\"%s\"/>%n", x, y, colour(index));
        }
        svg.add("<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\"/>%n", path, colour(index));
    }

    private double x(double x) {
        double least = points().mapToDouble(Point::x).min().orElse(0);
        double greatest = points().mapToDouble(Point::x).max().orElse(1);
        double room = WIDTH - RIGHT - LEFT - 2 * INSET;
        return LEFT + INSET + (greatest == least ? room / 2 : (x - least) / (greatest - least) * room);
    }

    private static double y(Axis axis, double value, int top) {
        return top + PLOT * (1 - axis.place(value));
    }

    private Stream<Point> points() {
        return lines.values().stream().flatMap(List::stream);
    }

    private Stream<Spread> spreads() {
        return points().map(Point::spread);
    }

    private static String colour(int index) {
        return COLOURS[index % COLOURS.length];
    }
}
