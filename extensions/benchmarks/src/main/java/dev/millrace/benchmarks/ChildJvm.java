package dev.millrace.benchmarks;

import dev.millrace.benchmarks.report.Figure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * A JVM for one trial, or for all slices of a workload, so that none profits or suffers from what others left behind. It reads
 * a task a line, and answers each with what it measured. For one thread.
 */
final class ChildJvm implements AutoCloseable {

    /** What goes to the child. */
    record Task(Trial trial, String uri, String key) {}

    private static final String RESULT = "RESULT ";
    private static final JsonMapper MAPPER = new JsonMapper();

    /** For a recording of Flight Recorder to be written. */
    private static final long LAST_SECONDS = 60;

    private final Process process;
    private final BufferedReader answers;

    private ChildJvm(Process process) {
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
    }

    /**
     * Starts it.
     *
     * @param arguments of the JVM
     * @param name of its recording
     * @param recordings where it leaves a recording of Flight Recorder; null = none is made
     */
    static ChildJvm start(List<String> arguments, String name, @Nullable Path recordings) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(arguments);
        if (recordings != null) {
            String file = name.replaceAll("[^A-Za-z0-9]+", "-") + ".jfr";
            command.add("-XX:StartFlightRecording=settings=profile,filename=" + recordings.resolve(file));
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Benchmarks.class.getName(), "trials"));
        return new ChildJvm(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /** Runs a trial in it, and returns what was measured. */
    Map<Figure, Double> run(Trial trial, String uri, String key) throws IOException, InterruptedException {
        String task = MAPPER.writeValueAsString(new Task(trial, uri, key)) + "\n";
        try {
            process.getOutputStream().write(task.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw ended(trial);
        }
        String answer = answers.readLine();
        while (answer != null && !answer.startsWith(RESULT)) {
            answer = answers.readLine();
        }
        if (answer == null) {
            throw ended(trial);
        }
        return MAPPER.readValue(answer.substring(RESULT.length()), new TypeReference<Map<Figure, Double>>() {});
    }

    private TrialFailedException ended(Trial trial) throws InterruptedException {
        return new TrialFailedException(trial.name() + ": its JVM ended with " + process.waitFor());
    }

    @Override
    public void close() throws IOException, InterruptedException {
        try {
            process.getOutputStream().close();
            process.waitFor(LAST_SECONDS, TimeUnit.SECONDS);
        } finally {
            process.destroyForcibly();
        }
    }

    /** The child's side: ends with the input. */
    static void obey() throws Exception {
        BufferedReader tasks = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = tasks.readLine(); line != null; line = tasks.readLine()) {
            Task task = MAPPER.readValue(line, Task.class);
            Map<Figure, Double> figures = new TrialInJvm(task.trial(), task.uri(), task.key()).run();
            System.out.println(RESULT + MAPPER.writeValueAsString(figures));
        }
    }
}
