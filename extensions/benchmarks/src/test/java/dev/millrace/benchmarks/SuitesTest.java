package dev.millrace.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.benchmarks.contenders.Contenders;
import dev.millrace.benchmarks.report.Figure;
import dev.millrace.benchmarks.report.GoalTable;
import dev.millrace.benchmarks.report.Result;
import dev.millrace.benchmarks.report.Run;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SuitesTest {

    private static final Suites SUITES = new Suites(600_000, 1_000_000);

    private static List<Trial> all() {
        return SUITES.names().stream()
                .flatMap(suite -> SUITES.trials(suite).stream())
                .toList();
    }

    @Test
    void every_goal_is_measured() {
        Map<Figure, Double> figures =
                Arrays.stream(Figure.values()).collect(Collectors.toMap(Function.identity(), figure -> 1.0));
        List<Result> results = new ArrayList<>();
        all().forEach(trial ->
                results.add(new Result(trial.workload(), trial.contender(), 1, trial.events(), figures)));
        // It is on the PATH of some machines only.
        results.add(new Result("publish, prebuilt bodies", Contenders.REDIS_BENCHMARK, 1, 64, figures));
        Run run = new Run(List.of("run"), Map.of(), Map.of(), results);
        assertThat(new GoalTable(Map.of("run", run)).text()).doesNotContain("Not measured");
    }

    @Test
    void no_two_trials_have_the_same_name() {
        assertThat(all()).extracting(Trial::name).doesNotHaveDuplicates();
    }

    @Test
    void latencies_are_measured_for_as_many_seconds_whatever_others_publish() {
        assertThat(SUITES.trials("latency")).allSatisfy(trial -> {
            long rate = Long.parseLong(trial.options().get("rate"));
            assertThat(trial.events()).isEqualTo(15 * rate);
            assertThat(trial.warmUp()).isEqualTo(800_000 + 5 * rate);
        });
    }

    @Test
    void a_million_orders_wait_behind_the_timed_section_of_one_trial() {
        assertThat(SUITES.trials("memory"))
                .filteredOn(trial -> trial.contender().contains("waiting"))
                .singleElement()
                .satisfies(trial -> {
                    assertThat(trial.backlog()).isEqualTo(1_000_000);
                    assertThat(trial.total()).isEqualTo(2_600_000);
                });
    }

    @Test
    void a_slow_peer_is_not_measured_while_the_compiler_is_at_work_on_it() {
        assertThat(Stream.concat(SUITES.trials("publish").stream(), SUITES.trials("consume").stream()))
                .filteredOn(trial -> trial.events() < 100_000)
                .hasSize(2)
                .allSatisfy(trial -> assertThat(trial.warmUp()).isEqualTo(200_000));
    }

    @Test
    void long_bodies_take_no_more_of_redis_memory_than_short_ones() {
        assertThat(SUITES.trials("scale"))
                .filteredOn(trial -> trial.options().containsKey("payload"))
                .hasSize(8)
                .allSatisfy(trial -> assertThat(trial.total() * Long.parseLong(trial.contender()))
                        .isLessThan(800_000_000));
    }

    @Test
    void redis_benchmark_sends_whole_pipelines() {
        Trial trial = SUITES.trials("publish").get(0).inPipelinesOf(64);
        assertThat(trial.events()).isEqualTo(600_000);
        assertThat(trial.warmUp()).isEqualTo(1_000_000);
        Trial odd = new Suites(1_000, 500).trials("publish").get(0).inPipelinesOf(64);
        assertThat(odd.events()).isEqualTo(960);
        assertThat(odd.warmUp()).isEqualTo(448);
        assertThat(odd.scaled(0.01).inPipelinesOf(64).total()).isEqualTo(128);
    }
}
