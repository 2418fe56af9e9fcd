package dev.millrace.benchmarks.contenders;

import dev.millrace.validation.EventValidator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What a contender works on.
 *
 * @param uri the Redis
 * @param key what all keys of the trial begin with
 * @param options what sets the trial apart, by name
 */
public record Setup(String uri, String key, Map<String, String> options) {

    /** Events a batch, a read and a pipeline, for all. */
    static final int BATCH = 500;

    /** Batches in flight at once, for those who can. */
    static final int WINDOW = 4;

    static final String TYPE = "order.placed";
    static final String ORIGIN = "shop";
    static final String FIELD = "data";

    /** The option's number, or what stands for it where it is not given. */
    public int number(String option, int otherwise) {
        String given = options.get(option);
        return given == null ? otherwise : Integer.parseInt(given);
    }

    /** Whether the option is given as {@code on}. */
    public boolean on(String option) {
        return "on".equals(options.get(option));
    }

    /** The streams of the trial; one where nothing else is said. */
    public List<String> streams() {
        int streams = number("streams", 1);
        return IntStream.range(0, streams).mapToObj(i -> key + ":" + i).toList();
    }

    /** Checks bodies as the trial wants it: by a rule written by hand, by Bean Validation, or not at all. */
    EventValidator validator() {
        String given = options.getOrDefault("validation", "none");
        return switch (given) {
            case "rule" -> OrderRule.validator();
            case "beans" -> EventValidator.beans();
            case "none" -> EventValidator.none();
            default -> throw new IllegalArgumentException("validation '" + given + "': use rule, beans or none");
        };
    }

    /** The only stream of a trial, or its first. */
    public String stream() {
        return streams().get(0);
    }

    /** The group that consumes. */
    public String group() {
        return "benchmark";
    }
}
