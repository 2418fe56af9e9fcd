package dev.millrace.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.assertj.core.api.ThrowingConsumer;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class PicturesTest {

    private final List<Result> results = new ArrayList<>();

    @TempDir
    private Path directory;

    private void measured(String workload, String contender, Map<Figure, Double> figures) {
        results.add(new Result(workload, contender, 1, 1_000, figures));
    }

    private Document picture(String section) throws Exception {
        Run run = new Run(List.of("run"), Map.of(), Map.of(), results);
        List<String> workloads = Sections.of(run.workloads()).get(section);
        String file = new Pictures(new Comparison(run)).draw(section, workloads, directory);
        try (var svg = Files.newInputStream(directory.resolve(file))) {
            return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(svg);
        }
    }

    private static List<Element> elements(Document picture, String tag) {
        NodeList nodes = picture.getElementsByTagName(tag);
        return IntStream.range(0, nodes.getLength())
                .mapToObj(i -> (Element) nodes.item(i))
                .toList();
    }

    private static List<String> texts(Document picture) {
        return elements(picture, "text").stream().map(Element::getTextContent).toList();
    }

    /** The line's points, in the order in which they are drawn; a line is the only path that is not filled. */
    private static List<List<String>> lines(Document picture) {
        return elements(picture, "path").stream()
                .filter(path -> "none".equals(path.getAttribute("fill")))
                .map(path -> List.of(path.getAttribute("d").substring(1).split("L", -1)))
                .toList();
    }

    private static double x(String point) {
        return Double.parseDouble(point.substring(0, point.indexOf(' ')));
    }

    @Test
    void throughput_is_a_bar_for_each_contender() throws Exception {
        measured("publish", "millrace", Map.of(Figure.RATE, 100.0));
        measured("publish", "lettuce", Map.of(Figure.RATE, 50.0));
        Document picture = picture("publish");
        assertThat(elements(picture, "rect")).hasSize(3);
        assertThat(texts(picture)).contains("millrace", "lettuce", "100", "50.0");
    }

    @Test
    void what_publishing_and_consuming_grow_with_is_one_picture_with_even_steps_for_equal_factors() throws Exception {
        for (String size : List.of("1", "4", "16")) {
            measured("scale, streams, publish", size, Map.of(Figure.RATE, 200_000.0));
            measured("scale, streams, consume", size, Map.of(Figure.RATE, 100_000.0));
        }
        Document picture = picture("scale, streams");
        assertThat(texts(picture)).contains("publish", "consume", "1", "4", "16", "streams", "0", "200,000");
        assertThat(lines(picture)).hasSize(2).allSatisfy(line -> {
            assertThat(line).hasSize(3);
            double step = x(line.get(1)) - x(line.get(0));
            assertThat(x(line.get(2)) - x(line.get(1))).isPositive().isCloseTo(step, Offset.offset(0.2));
        });
    }

    @Test
    void latency_is_a_line_over_its_percentiles_for_each_contender() throws Exception {
        Map<Figure, Double> figures = Map.of(
                Figure.P50, 300.0, Figure.P90, 400.0, Figure.P99, 2_000.0, Figure.P999, 9_000.0, Figure.MAX, 40_000.0);
        measured("latency at 1000/s", "millrace", figures);
        measured("latency at 1000/s", "lettuce", figures);
        Document picture = picture("latency at 1000/s");
        assertThat(texts(picture)).contains("p50", "p90", "p99", "p99.9", "max", "millrace", "lettuce");
        assertThat(lines(picture))
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).hasSize(5));
    }

    @Test
    void no_text_overlaps_another_or_leaves_the_picture() throws Exception {
        for (String contender :
                List.of("millrace, idempotency off", "millrace", "lettuce", "lettuce, prefetch", "jedis")) {
            measured("latency at 1000/s", contender, Map.of(Figure.P50, 31.0, Figure.MAX, 99_000.0));
            measured("publish", contender, Map.of(Figure.RATE, 1_234_567.0));
        }
        measured("publish", "millrace, 128 MiB, a million waiting", Map.of(Figure.RATE, 1_234_567.0));
        for (String size : List.of("100", "1000", "10000", "100000")) {
            measured("scale, payload, publish", size, Map.of(Figure.RATE, 2e8 / Integer.parseInt(size)));
        }
        assertThat(List.of("latency at 1000/s", "publish", "scale, payload")).allSatisfy((ThrowingConsumer<String>)
                section -> {
                    List<double[]> boxes = elements(picture(section), "text").stream()
                            .map(PicturesTest::box)
                            .toList();
                    for (double[] one : boxes) {
                        assertThat(one[0]).isNotNegative();
                        assertThat(one[2]).isLessThanOrEqualTo(760);
                        assertThat(boxes).noneMatch(other -> other != one && overlap(one, other));
                    }
                });
    }

    /** Left, top, right, bottom; about. */
    private static double[] box(Element text) {
        double width = text.getTextContent().length() * 7.2;
        double x = Double.parseDouble(text.getAttribute("x"));
        double y = Double.parseDouble(text.getAttribute("y"));
        double left = switch (text.getAttribute("text-anchor")) {
            case "end" -> x - width;
            case "middle" -> x - width / 2;
            default -> x;
        };
        return new double[] {left, y - 11, left + width, y + 3};
    }

    private static boolean overlap(double[] one, double[] other) {
        return one[0] < other[2] && other[0] < one[2] && one[1] < other[3] && other[1] < one[3];
    }
}
