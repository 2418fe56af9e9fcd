package dev.millrace.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * A run of the harness.
 *
 * @param command how to repeat it
 * @param rounds how many there were
 * @param machine what it ran on, by name
 * @param versions of everything that took part, by name
 * @param results of all trials, in the order in which they ran
 */
public record Run(
        String command, int rounds, Map<String, String> machine, Map<String, String> versions, List<Result> results) {

    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    /** Reads what {@link #write} wrote. */
    public static Run read(Path file) throws IOException {
        return MAPPER.readValue(Files.readAllBytes(file), Run.class);
    }

    /** Writes it as JSON. */
    public void write(Path file) throws IOException {
        Files.write(file, MAPPER.writeValueAsBytes(this));
    }
}
