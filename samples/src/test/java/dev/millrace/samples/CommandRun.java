package dev.millrace.samples;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/** One command run to its end in this JVM, and what it printed. */
record CommandRun(int exitCode, List<String> out, List<String> err) {

    static CommandRun of(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = Samples.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
        return new CommandRun(
                exitCode,
                out.toString().lines().toList(),
                err.toString().lines().toList());
    }

    String lastLine() {
        return out.get(out.size() - 1);
    }
}
