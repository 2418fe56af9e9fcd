package dev.millrace.samples;

import dev.millrace.consumer.DeadLetter;
import dev.millrace.consumer.DeadLetterCounts;
import dev.millrace.consumer.DeadLetters;
import dev.millrace.event.EventHeader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dead-letters}: what was given up, to be looked at, sent on its way again, or thrown away. */
@Command(
        name = "dead-letters",
        description = "Shows what was given up, sends it on its way again, or throws it away.",
        subcommands = RedriveCommand.class,
        synopsisSubcommandLabel = "(count | list | show | redrive | purge)",
        footer = EnvironmentDefaults.HELP)
final class DeadLettersCommand {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Command(name = "count", description = "How many there are, by type, reason, exception and group.")
    int count(@Mixin LetterOptions options) throws InterruptedException {
        try (DeadLetters letters = options.open()) {
            DeadLetterCounts counts = letters.count(options.filter());
            PrintWriter out = spec.commandLine().getOut();
            out.println("total " + counts.total());
            if (counts.total() > 0) {
                out.println("oldest " + counts.oldest() + ", newest " + counts.newest());
            }
            print("type", counts.byType());
            print("reason", counts.byReason());
            print("exception", counts.byException());
            print("group", counts.byGroup());
        }
        return 0;
    }

    private void print(String what, Map<String, Long> counts) {
        counts.forEach((name, count) -> spec.commandLine().getOut().println(what + ' ' + name + ' ' + count));
    }

    @Command(name = "list", description = "A line for each: id, type, reason, group, attempts, redriven, error.")
    int list(
            @Mixin LetterOptions options,
            @Option(names = "--after", paramLabel = "ID", description = "Goes on after this one.") @Nullable
                    String after,
            @Option(
                            names = "--limit",
                            paramLabel = "N",
                            defaultValue = "50",
                            description = "At most this many, up to 1000. Default: ${DEFAULT-VALUE}.")
                    int limit)
            throws InterruptedException {
        try (DeadLetters letters = options.open()) {
            List<DeadLetter> page = letters.browse(options.filter(), after, limit);
            page.forEach(letter -> spec.commandLine().getOut().println(line(letter)));
        }
        return 0;
    }

    private static String line(DeadLetter letter) {
        EventHeader header = letter.header();
        return String.join(
                " ",
                letter.id(),
                header == null ? "(unreadable)" : header.type(),
                String.valueOf(letter.reason()),
                letter.group().isEmpty() ? "-" : letter.group(),
                "attempts=" + letter.failure().attempts(),
                "redriven=" + letter.redriven(),
                letter.failure().exception() == null ? "-" : letter.failure().exception());
    }

    @Command(name = "show", description = "All that is known of one.")
    int show(
            @Mixin LetterOptions options,
            @Parameters(paramLabel = "ID", description = "Its id, as list prints it.") String id,
            @Option(names = "--body", description = "Prints its fields too: they may be confidential.") boolean body)
            throws InterruptedException {
        try (DeadLetters letters = options.open()) {
            DeadLetter letter = letters.show(id)
                    .orElseThrow(() -> new BadInputException(
                            "ID: no dead letter " + id + " in " + letters.stream() + "; list those that are there"));
            print(letter);
            if (body) {
                letter.fields()
                        .forEach(field -> spec.commandLine()
                                .getOut()
                                .println(field.name() + ": "
                                        + new String(field.value().copy(), StandardCharsets.UTF_8)));
            }
        }
        return 0;
    }

    private void print(DeadLetter letter) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(line(letter));
        out.println("died " + letter.at() + ", given up by " + letter.failure().consumer());
        out.println("entry " + letter.entryId() + " of " + letter.stream() + ", index " + letter.index());
        EventHeader header = letter.header();
        if (header != null) {
            out.println("event " + header.id() + " from " + header.origin() + " at " + header.timestamp());
        }
        out.println("failed first " + letter.failure().first() + ", last "
                + letter.failure().last());
        String stack = letter.failure().stack();
        if (stack != null) {
            out.println(stack.stripTrailing());
        }
    }

    @Command(name = "purge", description = "Throws them away, for ever.")
    int purge(
            @Mixin LetterOptions options,
            @Option(names = "--all", description = "All of them, if nothing else says which.") boolean all)
            throws InterruptedException {
        if (options.meansAll() && !all) {
            throw new BadInputException("purge: all dead letters would be gone; say which, or --all");
        }
        try (DeadLetters letters = options.open()) {
            spec.commandLine().getOut().println("purged " + letters.purge(options.filter()));
        }
        return 0;
    }
}
