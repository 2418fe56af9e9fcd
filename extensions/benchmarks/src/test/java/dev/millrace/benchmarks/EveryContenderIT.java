package dev.millrace.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.benchmarks.report.Figure;
import dev.millrace.benchmarks.report.Result;
import dev.millrace.testkit.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EveryContenderIT {

    private static final Suites SUITES = new Suites(1_000, 500);

    private static RedisServer redis;

    @BeforeAll
    static void start() {
        redis = RedisServer.embedded();
    }

    @AfterAll
    static void stop() {
        redis.close();
    }

    static Stream<Trial> trials() {
        return Stream.of("publish", "consume", "idempotency", "order", "cost")
                .flatMap(suite -> SUITES.trials(suite).stream());
    }

    /** One of each that the others do not have: an idle handler, long bodies, many streams, orders that wait. */
    static Stream<Trial> rarities() {
        List<String> names = List.of(
                "scale, streams, consume by 4",
                "scale, payload, publish by 100000",
                "scale, payload, consume by 100",
                "scale, concurrency, consume, 1 ms each by 64");
        Stream<Trial> scale = SUITES.trials("scale").stream().filter(trial -> names.contains(trial.name()));
        Trial plain = SUITES.trials("consume").get(0);
        return Stream.concat(
                scale,
                Stream.of(
                        with(plain, Map.of("backlog", "700")),
                        with(plain, Map.of("keys", "5", "order", "on", "pause", "1"))));
    }

    private static Trial with(Trial trial, Map<String, String> options) {
        return new Trial(
                trial.kind(),
                "consume, " + options,
                trial.contender(),
                trial.who(),
                trial.events(),
                trial.warmUp(),
                options,
                trial.jvm());
    }

    static Stream<Trial> latencies() {
        return SUITES.trials("latency").stream()
                .filter(trial -> trial.workload().contains("5000"))
                .map(trial -> trial.scaled(0.01));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"trials", "rarities", "latencies"})
    void what_a_contender_claims_has_happened_and_nothing_stays_behind(Trial trial) throws Exception {
        List<Result> results = runner(EveryContenderIT::inThisJvm).run(List.of(trial), 1);
        assertThat(results).hasSize(1);
        assertThat(results.get(0).figures()).containsKeys(Figure.RATE, Figure.REDIS_CPU);
        assertThat(redis.cli("DBSIZE")).isEqualTo("0");
    }

    @Test
    void a_trial_runs_in_a_jvm_of_its_own() throws Exception {
        Trial trial = SUITES.trials("publish").get(0);
        try (ChildJvm child = ChildJvm.start(trial.jvm(), trial.name(), null)) {
            assertThat(runner(child::run).run(List.of(trial), 1).get(0).figures())
                    .containsKeys(Figure.RATE, Figure.CLIENT_CPU, Figure.ALLOCATED, Figure.PEAK_MEMORY);
        }
    }

    @Test
    void a_trial_that_hangs_is_ended_and_named() throws Exception {
        Trial trial = SUITES.trials("publish").get(0);
        try (RedisServer deaf = RedisServer.embedded();
                ChildJvm child = ChildJvm.start(trial.jvm(), trial.name(), null)) {
            deaf.pause();
            ChildJvm.Task task = new ChildJvm.Task(trial, deaf.uri(), "none");
            assertThatThrownBy(() -> child.run(task, Duration.ofSeconds(2)))
                    .isInstanceOf(TrialFailedException.class)
                    .hasMessageContaining("publish by millrace")
                    .hasMessageContaining("not ended after PT2S");
        }
    }

    @Test
    void rounds_alternate_so_that_slow_minutes_of_the_machine_fall_on_all() throws Exception {
        List<Trial> trials = SUITES.trials("publish").subList(0, 2);
        List<String> turns = new ArrayList<>();
        Runner.Track track = (trial, uri, key) -> {
            turns.add(trial.contender());
            return inThisJvm(trial, uri, key);
        };
        runner(track).run(trials, 2);
        assertThat(turns).containsExactly("millrace", "lettuce", "millrace", "lettuce");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cost, publish", "cost, consume"})
    void variants_take_turns_in_slices_of_one_jvm(String workload) throws Exception {
        List<Trial> variants = variants(workload);
        List<String> names = variants.stream().map(Trial::contender).toList();
        List<String> turns = new ArrayList<>();
        List<Result> results;
        try (ChildJvm child = ChildJvm.start(variants.get(0).jvm(), workload, null)) {
            Runner.Track track = (trial, uri, key) -> {
                turns.add(trial.contender());
                return child.run(trial, uri, key);
            };
            results = new Slices(redis, track, result -> {}).run(variants, 1);
        }
        List<String> expected = new ArrayList<>(Slices.order(names, 1));
        for (int pass = 1; pass <= Slices.A_ROUND; pass++) {
            int round = pass;
            expected.addAll(Slices.order(names, pass));
            assertThat(results.stream().filter(result -> result.round() == round))
                    .extracting(Result::contender)
                    .containsExactlyElementsOf(names);
        }
        assertThat(turns).as("one pass to warm up, then those that count").isEqualTo(expected);
        assertThat(results).hasSize(names.size() * Slices.A_ROUND).allSatisfy(result -> {
            assertThat(result.events()).isEqualTo(1_000 / Slices.A_ROUND);
            assertThat(result.figures())
                    .containsKeys(Figure.RATE, Figure.CLIENT_CPU, Figure.ALLOCATED)
                    .doesNotContainKey(Figure.PEAK_MEMORY);
        });
        assertThat(redis.cli("DBSIZE")).isEqualTo("0");
    }

    @Test
    void a_slice_whose_orders_were_not_stored_ends_the_run_even_before_any_counts() {
        Slices idle = new Slices(redis, (trial, uri, key) -> Map.of(Figure.RATE, 1.0), result -> {});
        assertThatThrownBy(() -> idle.run(variants("cost, publish"), 1))
                .isInstanceOf(TrialFailedException.class)
                .hasMessageContaining("hold 0 entries");
    }

    @Test
    void a_jvm_that_does_not_start_fails_its_trial() throws Exception {
        Trial trial = SUITES.trials("publish").get(0);
        try (ChildJvm child = ChildJvm.start(List.of("-Xmx1"), trial.name(), null)) {
            assertThatThrownBy(() -> child.run(trial, redis.uri(), "none"))
                    .isInstanceOf(TrialFailedException.class)
                    .hasMessageContaining("its JVM ended with 1");
        }
    }

    private static List<Trial> variants(String workload) {
        return SUITES.trials("cost").stream()
                .filter(trial -> trial.workload().equals(workload))
                .toList();
    }

    @Test
    void an_order_that_was_not_stored_is_found() {
        Trial trial = SUITES.trials("publish").get(0);
        assertRefused(trial, trial.scaled(0.5), "entries, not 1500");
    }

    @Test
    void orders_that_are_others_than_they_should_be_are_found() {
        Trial prebuilt = SUITES.trials("publish").stream()
                .filter(each -> each.workload().contains("prebuilt"))
                .findFirst()
                .orElseThrow();
        assertRefused(SUITES.trials("publish").get(0), prebuilt, "where order");
    }

    @Test
    void orders_that_were_not_read_are_found() {
        Trial trial = SUITES.trials("consume").get(1);
        assertThatThrownBy(
                        () -> runner((t, uri, key) -> Map.of(Figure.RATE, 1.0)).run(List.of(trial), 1))
                .isInstanceOf(TrialFailedException.class)
                .hasMessageContaining("were not read");
    }

    @Test
    void orders_that_were_not_acknowledged_are_found() {
        Trial trial = SUITES.trials("consume").get(1);
        Runner.Track readsOnly = (t, uri, key) -> {
            redis.cli("XREADGROUP", "GROUP", "benchmark", "x", "COUNT", "9000", "STREAMS", key + ":0", ">");
            return Map.of(Figure.RATE, 1.0);
        };
        assertThatThrownBy(() -> runner(readsOnly).run(List.of(trial), 1))
                .isInstanceOf(TrialFailedException.class)
                .hasMessageContaining("1500 entries")
                .hasMessageContaining("are pending");
    }

    private static void assertRefused(Trial claimed, Trial done, String message) {
        assertThatThrownBy(() ->
                        runner((trial, uri, key) -> inThisJvm(done, uri, key)).run(List.of(claimed), 1))
                .isInstanceOf(TrialFailedException.class)
                .hasMessageContaining(message);
    }

    private static Runner runner(Runner.Track track) {
        return new Runner(redis, track, result -> {});
    }

    private static Map<Figure, Double> inThisJvm(Trial trial, String uri, String key) throws Exception {
        return new TrialInJvm(trial, uri, key).run();
    }
}
