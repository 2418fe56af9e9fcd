package dev.millrace.samples;

import dev.millrace.event.BodyCodec;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * How a demo ended; its JSON form has these members in this order.
 *
 * @param published events whose future completed with success
 * @param refused events that were invalid, and not accepted
 * @param handled events whose handler returned
 * @param duplicates events passed over, having type and content of an earlier one
 * @param retried attempts after the first
 * @param deadLettered events given up after their last attempt
 * @param pending entries that the group holds unsettled
 * @param eventsPerSecond settled events, from the first publish to the last ack
 * @param p50Millis median time from the call of publish to the handler's return, retries included
 * @param p99Millis the same for the slowest hundredth
 * @param reconciled whether each published event is accounted for
 */
record DemoReport(
        long published,
        long refused,
        long handled,
        long duplicates,
        long retried,
        long deadLettered,
        long pending,
        long eventsPerSecond,
        double p50Millis,
        double p99Millis,
        boolean reconciled) {

    void print(PrintWriter out) {
        row(out, "published", published);
        row(out, "refused", refused);
        row(out, "handled", handled);
        row(out, "duplicates", duplicates);
        row(out, "retries run", retried);
        row(out, "dead-lettered", deadLettered);
        row(out, "pending", pending);
        row(out, "events/s", eventsPerSecond);
        out.printf(Locale.ROOT, "%-16s %12.1f ms%n", "latency p50", p50Millis);
        out.printf(Locale.ROOT, "%-16s %12.1f ms%n", "latency p99", p99Millis);
    }

    private static void row(PrintWriter out, String name, long value) {
        out.printf(Locale.ROOT, "%-16s %,12d%n", name, value);
    }

    String json() {
        return new String(BodyCodec.json().encode(this), StandardCharsets.UTF_8);
    }
}
