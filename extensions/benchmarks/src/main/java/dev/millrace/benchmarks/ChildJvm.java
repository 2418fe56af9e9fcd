package dev.millrace.benchmarks;

import dev.millrace.benchmarks.report.Figure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Runs trials in JVMs of their own, so that none profits or suffers from what another left behind. */
final class ChildJvm {

    /** What goes to the child. */
    record Task(Trial trial, String uri, String key) {}

    private static final String RESULT = "RESULT ";
    private static final JsonMapper MAPPER = new JsonMapper();

    private final @Nullable Path recordings;

    /**
     * Starts nothing yet.
     *
     * @param recordings where each child leaves a recording of Flight Recorder; null = none are made
     */
    ChildJvm(@Nullable Path recordings) {
        this.recordings = recordings;
    }

    /** Runs it, and returns what was measured. */
    Map<Figure, Double> run(Trial trial, String uri, String key) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command(trial, MAPPER.writeValueAsString(new Task(trial, uri, key))))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            if (process.waitFor() != 0) {
                throw new TrialFailedException(trial.name() + ": its JVM ended with " + process.exitValue());
            }
            return lines.stream()
                    .filter(line -> line.startsWith(RESULT))
                    .findFirst()
                    .map(line -> MAPPER.readValue(
                            line.substring(RESULT.length()), new TypeReference<Map<Figure, Double>>() {}))
                    .orElseThrow(() -> new TrialFailedException(trial.name() + ": its JVM gave no result"));
        } finally {
            process.destroyForcibly();
        }
    }

    private List<String> command(Trial trial, String order) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(trial.jvm());
        if (recordings != null) {
            String file = trial.name().replaceAll("[^A-Za-z0-9]+", "-") + ".jfr";
            command.add("-XX:StartFlightRecording=settings=profile,filename=" + recordings.resolve(file));
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Benchmarks.class.getName()));
        command.addAll(List.of("trial", order));
        return command;
    }

    /** The child's side. */
    static void obey(String order) throws Exception {
        Task parsed = MAPPER.readValue(order, Task.class);
        Map<Figure, Double> figures = new TrialInJvm(parsed.trial(), parsed.uri(), parsed.key()).run();
        System.out.println(RESULT + MAPPER.writeValueAsString(figures));
    }
}
