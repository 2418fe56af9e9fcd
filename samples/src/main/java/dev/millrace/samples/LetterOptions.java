package dev.millrace.samples;

import dev.millrace.consumer.DeadLetterFilter;
import dev.millrace.consumer.DeadLetterReason;
import dev.millrace.consumer.DeadLetters;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which dead letters a command means. */
final class LetterOptions {

    @Option(names = "--redis", required = true, paramLabel = "URI", description = "The Redis that they are in.")
    private String redis = "";

    @Option(names = "--stream", required = true, paramLabel = "NAME", description = "The stream that they came from.")
    private String stream = "";

    @Option(
            names = "--dead-letter-stream",
            paramLabel = "NAME",
            description = "Where they are, if the server was told so. Default: {stream}:dead.")
    private @Nullable String deadLetterStream;

    @Option(names = "--type", paramLabel = "PATTERN", description = "Only of these types, as in order.**.")
    private @Nullable String type;

    @Option(names = "--reason", paramLabel = "REASON", description = "Only with this one: ${COMPLETION-CANDIDATES}.")
    private @Nullable DeadLetterReason reason;

    @Option(names = "--exception", paramLabel = "CLASS", description = "Only where the handler threw this class.")
    private @Nullable String exception;

    @Option(names = "--group", paramLabel = "NAME", description = "Only those that failed for this group.")
    private @Nullable String group;

    @Option(
            names = "--since",
            paramLabel = "INSTANT",
            description = "Only those that died then or later, as in 2026-11-21T08:00:00Z.")
    private @Nullable Instant since;

    @Option(names = "--until", paramLabel = "INSTANT", description = "Only those that died before.")
    private @Nullable Instant until;

    DeadLetters open() {
        return deadLetterStream == null ? DeadLetters.open(redis, stream) : DeadLetters.named(redis, deadLetterStream);
    }

    boolean meansAll() {
        return type == null && reason == null && exception == null && group == null && since == null && until == null;
    }

    DeadLetterFilter filter() {
        DeadLetterFilter filter = DeadLetterFilter.all();
        filter = type == null ? filter : filter.type(type);
        filter = reason == null ? filter : filter.reason(reason);
        filter = exception == null ? filter : filter.exception(exception);
        filter = group == null ? filter : filter.group(group);
        filter = deadLetterStream == null ? filter : filter.stream(stream);
        filter = since == null ? filter : filter.since(since);
        return until == null ? filter : filter.until(until);
    }
}
