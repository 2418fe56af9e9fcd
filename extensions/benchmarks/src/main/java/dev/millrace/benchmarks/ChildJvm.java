package dev.millrace.benchmarks;

import dev.millrace.benchmarks.report.Figure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
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

    /** Orders a second that the slowest contender surely makes, and what starting and ending may take on top. */
    private static final long SLOWEST = 1_000;

    private static final long MORE_SECONDS = 300;

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

    /** Runs a trial in it, and returns what was measured; kills it if an order must have been lost, so long does it take. */
    Map<Figure, Double> run(Trial trial, String uri, String key) throws InterruptedException {
        return run(new Task(trial, uri, key), Duration.ofSeconds(MORE_SECONDS + trial.total() / SLOWEST));
    }

    /** The same with a patience of the caller's. */
    Map<Figure, Double> run(Task task, Duration patience) throws InterruptedException {
        CompletableFuture<Void> answered = new CompletableFuture<>();
        var unused = answered.orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((nothing, late) -> killIf(late != null));
        String answer = ask(MAPPER.writeValueAsString(task) + "\n");
        boolean inTime = answered.complete(null);
        if (answer == null) {
            String end =
                    inTime ? "ended with " + process.waitFor() : "was killed, for it had not ended after " + patience;
            throw new TrialFailedException(task.trial().name() + ": its JVM " + end);
        }
        return MAPPER.readValue(answer.substring(RESULT.length()), new TypeReference<Map<Figure, Double>>() {});
    }

    private void killIf(boolean late) {
        if (late) {
            process.destroyForcibly();
        }
    }

    /** The line that answers; null if none came before the child's end. */
    private @Nullable String ask(String task) {
        try {
            process.getOutputStream().write(task.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
            String answer = answers.readLine();
            while (answer != null && !answer.startsWith(RESULT)) {
                answer = answers.readLine();
            }
            return answer;
        } catch (IOException e) {
            return null; // its end closes both streams
        }
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
