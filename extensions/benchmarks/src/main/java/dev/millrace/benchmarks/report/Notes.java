package dev.millrace.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Why goals are missed, written by hand: a heading {@code ## } with a goal as the report's table words it, then what there
 * is to say. What stands before the first heading is for those who write.
 */
public final class Notes {

    private static final String HEADING = "## ";

    private final @Nullable Path file;
    private final Map<String, String> texts;

    private Notes(@Nullable Path file, Map<String, String> texts) {
        this.file = file;
        this.texts = texts;
    }

    /** Without any. */
    public static Notes none() {
        return new Notes(null, Map.of());
    }

    /**
     * From a file.
     *
     * @throws IllegalArgumentException if a heading is no goal or stands there twice, or nothing stands below it
     */
    public static Notes read(Path file) throws IOException {
        Map<String, StringBuilder> found = new LinkedHashMap<>();
        StringBuilder current = new StringBuilder();
        for (String line : Files.readAllLines(file)) {
            if (line.startsWith(HEADING)) {
                current = new StringBuilder();
                String goal = line.substring(HEADING.length()).strip();
                if (found.put(goal, current) != null) {
                    throw new IllegalArgumentException(file + ": '" + goal + "' stands there twice; join the two");
                }
            } else {
                current.append(line).append('\n');
            }
        }
        Map<String, String> texts = new LinkedHashMap<>();
        found.forEach((goal, text) -> texts.put(goal, text.toString().strip()));
        requireGoals(file, texts);
        return new Notes(file, texts);
    }

    private static void requireGoals(Path file, Map<String, String> texts) {
        Set<String> goals = Goal.all().stream().map(Goal::text).collect(Collectors.toSet());
        texts.forEach((goal, text) -> {
            if (!goals.contains(goal)) {
                throw new IllegalArgumentException(file + ": '" + goal + "' is no goal; headings are goals as the"
                        + " report's table words them, like '"
                        + Goal.all().get(0).text() + "'");
            }
            if (text.isEmpty()) {
                throw new IllegalArgumentException(file + ": nothing stands below '" + goal + "'");
            }
        });
    }

    /** Where they stand, as it was given. */
    Optional<Path> file() {
        return Optional.ofNullable(file);
    }

    Optional<String> of(Goal goal) {
        @Nullable String text = texts.get(goal.text());
        return Optional.ofNullable(text);
    }
}
