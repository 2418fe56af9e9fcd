package dev.millrace.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IntSummaryStatistics;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * A run of the harness, or several of one machine as one.
 *
 * @param commands how to repeat it; one, or one for each part
 * @param machine what it ran on, by name
 * @param versions of everything that took part, by name
 * @param results of all trials, in the order in which they ran
 */
public record Run(
        List<String> commands, Map<String, String> machine, Map<String, String> versions, List<Result> results) {

    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    /** Reads what {@link #write} wrote. */
    public static Run read(Path file) throws IOException {
        return MAPPER.readValue(Files.readAllBytes(file), Run.class);
    }

    /**
     * Reads runs of one machine as one.
     *
     * @throws IllegalArgumentException if they differ in machine or versions, or have measured the same workload
     */
    public static Run read(List<Path> files) throws IOException {
        Path first = files.get(0);
        Run whole = read(first);
        for (Path file : files.subList(1, files.size())) {
            whole = whole.and(read(file), first + " and " + file);
        }
        return whole;
    }

    private Run and(Run other, String names) {
        List<String> differences = differences(other);
        if (!differences.isEmpty()) {
            throw new IllegalArgumentException(names + " differ in " + String.join("; ", differences)
                    + ". Only parts that ran on one machine with the same versions make one run");
        }
        Set<String> both = workloads();
        both.retainAll(other.workloads());
        if (!both.isEmpty()) {
            throw new IllegalArgumentException(names + ": both have measured " + String.join("; ", both)
                    + ". Rounds of two runs are no rounds of one: see them side by side with compare");
        }
        return new Run(joined(commands, other.commands), machine, versions, joined(results, other.results));
    }

    /** What of machine and versions is not the same in another run, in words. */
    public List<String> differences(Run other) {
        List<String> differences = new ArrayList<>();
        compare(machine, other.machine, differences);
        compare(versions, other.versions, differences);
        return differences;
    }

    private static void compare(Map<String, String> one, Map<String, String> other, List<String> differences) {
        Set<String> names = new LinkedHashSet<>(one.keySet());
        names.addAll(other.keySet());
        for (String name : names) {
            if (!Objects.equals(one.get(name), other.get(name))) {
                differences.add(name + ": " + one.get(name) + " | " + other.get(name));
            }
        }
    }

    private static <T> List<T> joined(List<T> one, List<T> other) {
        return Stream.concat(one.stream(), other.stream()).toList();
    }

    /** The workloads, in the order in which they ran; the caller's own. */
    Set<String> workloads() {
        return results.stream().map(Result::workload).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** Least and greatest number of rounds that a workload had, as text. */
    String rounds() {
        Map<String, Integer> rounds = new HashMap<>();
        results.forEach(result -> rounds.merge(result.workload(), result.round(), Math::max));
        IntSummaryStatistics all =
                rounds.values().stream().mapToInt(Integer::intValue).summaryStatistics();
        return all.getMin() == all.getMax() ? String.valueOf(all.getMin()) : all.getMin() + " to " + all.getMax();
    }

    /** The same with these results. */
    public Run with(List<Result> others) {
        return new Run(commands, machine, versions, List.copyOf(others));
    }

    /** Writes it as JSON. */
    public void write(Path file) throws IOException {
        Files.write(file, MAPPER.writeValueAsBytes(this));
    }
}
