package dev.millrace.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.event.Body;
import dev.millrace.event.BodyCodec;
import dev.millrace.samples.endpoint.Scrape;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Dashboard, alerts and scaling ask for what there is, by the names and labels that Prometheus sees. */
class DashboardsTest {

    private static final Path FOLDER = Path.of("..", "extensions", "dashboards");
    private static final Pattern METER = Pattern.compile("\\b(millrace|jvm)_[a-z_]+");
    private static final Pattern SELECTOR = Pattern.compile("\\b([a-z_]+)=~?\"");
    private static final Pattern BY = Pattern.compile("\\bby \\(([a-z_, ]+)\\)");
    private static final Pattern EXPRESSION = Pattern.compile("expr: (?:\\|\\n((?: {10,}.*\\n)+)|(.*)\\n)");

    /** Those that Prometheus adds. */
    private static final Set<String> ITS_OWN = Set.of("le", "instance", "job");

    /** The rows of the page about meters, which tests of both sides hold to the code. */
    private static List<String[]> table() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("..", "docs", "meters.md"))) {
            return lines.filter(line -> line.startsWith("| `millrace."))
                    .map(line -> line.substring(2).replace("`", "").split(" \\| ", -1))
                    .toList();
        }
    }

    /** Each time series by name, with its labels, as Prometheus reads them. */
    private static Map<String, Set<String>> series() throws IOException {
        try (Scrape scrape = new Scrape()) {
            table().forEach(row -> register(scrape, row));
            Map<String, Set<String>> series = new TreeMap<>();
            scrape.text().lines().filter(line -> !line.startsWith("#")).forEach(line -> {
                String name = line.replaceFirst("[{ ].*", "");
                Set<String> labels = series.computeIfAbsent(name, n -> new TreeSet<>(ITS_OWN));
                SELECTOR.matcher(line).results().forEach(label -> labels.add(label.group(1)));
            });
            return series;
        }
    }

    private static void register(Scrape scrape, String[] row) {
        List<Tag> tags =
                Arrays.stream(row[3].split(", ")).map(key -> Tag.of(key, "x")).toList();
        switch (row[1]) {
            case "counter" ->
                Counter.builder(row[0]).baseUnit(row[2]).tags(tags).register(scrape.registry());
            case "gauge" ->
                Gauge.builder(row[0], () -> 1).baseUnit(row[2]).tags(tags).register(scrape.registry());
            case "summary" ->
                DistributionSummary.builder(row[0]).baseUnit(row[2]).tags(tags).register(scrape.registry());
            case "timer" -> Timer.builder(row[0]).tags(tags).register(scrape.registry());
            default -> throw new IllegalArgumentException(row[1]);
        }
    }

    private static List<String> ofDashboard() throws IOException {
        Map<?, ?> dashboard =
                BodyCodec.json().decode(Body.of(Files.readAllBytes(FOLDER.resolve("grafana.json"))), Map.class);
        List<String> expressions = new ArrayList<>();
        for (Object panel : (List<?>) dashboard.get("panels")) {
            Object targets = ((Map<?, ?>) panel).get("targets");
            if (targets != null) {
                ((List<?>) targets).forEach(target -> expressions.add((String) ((Map<?, ?>) target).get("expr")));
            }
        }
        return expressions;
    }

    private static List<String> ofAlerts() throws IOException {
        return EXPRESSION
                .matcher(Files.readString(FOLDER.resolve("alerts.yaml")))
                .results()
                .map(found -> found.group(1) == null ? found.group(2) : found.group(1))
                .toList();
    }

    private static void hold(List<String> expressions) throws IOException {
        Map<String, Set<String>> series = series();
        for (String expression : expressions) {
            List<String> meters =
                    METER.matcher(expression).results().map(MatchResult::group).toList();
            assertThat(meters).as(expression).isNotEmpty();
            assertThat(series).as(expression).containsKeys(meters.toArray(String[]::new));
            Set<String> known = new TreeSet<>();
            meters.forEach(meter -> known.addAll(series.get(meter)));
            Stream<String> selected = SELECTOR.matcher(expression).results().map(found -> found.group(1));
            Stream<String> grouped = BY.matcher(expression)
                    .results()
                    .flatMap(found -> Stream.of(found.group(1).split(", ")));
            assertThat(Stream.concat(selected, grouped).toList()).as(expression).isSubsetOf(known);
        }
    }

    @Test
    void the_dashboard_asks_for_time_series_and_labels_that_there_are() throws IOException {
        hold(ofDashboard());
    }

    @Test
    void the_dashboard_shows_every_meter() throws IOException {
        String all = String.join("\n", ofDashboard());
        for (String[] row : table()) {
            assertThat(all).contains(row[0].replace('.', '_'));
        }
    }

    @Test
    void the_alerts_ask_for_time_series_and_labels_that_there_are() throws IOException {
        assertThat(ofAlerts()).hasSize(10);
        hold(ofAlerts());
    }

    @Test
    void there_is_an_alert_for_each_thing_that_somebody_must_be_woken_for() throws IOException {
        assertThat(Files.readString(FOLDER.resolve("alerts.yaml")))
                .contains("MillraceErrorRate", "> 0.05")
                .contains("MillraceDeadLettersGrow")
                .contains("MillraceNoLoopProgress")
                .contains("MillraceNoServer")
                .contains("MillraceLagGrows")
                .contains("MillraceLost", "MillraceLostByPublisher", "MillracePublishesFail")
                .contains("MillraceHeap", "> 0.8")
                .contains("MillraceTimeToLoss");
    }

    @Test
    void each_alert_has_a_case_that_raises_it_and_a_place_where_it_is_explained() throws IOException {
        String cases = Files.readString(FOLDER.resolve("alerts-test.yaml"));
        String explained = Files.readString(Path.of("..", "docs", "observing.md"));
        List<String> alerts = Pattern.compile("- alert: (\\w+)")
                .matcher(Files.readString(FOLDER.resolve("alerts.yaml")))
                .results()
                .map(found -> found.group(1))
                .toList();
        assertThat(alerts).hasSize(10).doesNotHaveDuplicates();
        for (String alert : alerts) {
            assertThat(cases).containsPattern("alertname: " + alert + "\\n(.*\\n)?\\s+exp_alerts:");
            assertThat(explained).contains("| `" + alert + "` |");
        }
    }

    @Test
    void an_alert_tells_the_figure_that_stands_first_in_its_expression() throws IOException {
        assertThat(ofAlerts())
                .anySatisfy(expression -> assertThat(expression.strip())
                        .startsWith("max by (stream, group) (millrace_consumer_lag_entries) > 1000"));
    }

    @Test
    void scaling_asks_for_time_series_that_there_are_and_probes_for_pages_that_there_are() throws IOException {
        String kubernetes = Files.readString(FOLDER.resolve("kubernetes.yaml"));
        hold(Pattern.compile("query: (.*)")
                .matcher(kubernetes)
                .results()
                .map(found -> found.group(1))
                .toList());
        assertThat(kubernetes).contains("path: /live", "path: /ready", "path: /metrics");
    }
}
