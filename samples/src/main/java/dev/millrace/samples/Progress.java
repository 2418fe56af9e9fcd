package dev.millrace.samples;

import java.io.Console;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Shows how far a run is: a bar that moves on a terminal, a line now and then elsewhere. For one thread. */
final class Progress {

    private static final int WIDTH = 40;

    private final PrintWriter out;
    private final long total;
    private final boolean terminal = isTerminal();
    private final long interval = terminal ? TimeUnit.MILLISECONDS.toNanos(100) : TimeUnit.SECONDS.toNanos(2);
    private long lastAt = System.nanoTime();

    Progress(PrintWriter out, long total) {
        this.out = out;
        this.total = total;
    }

    /** Cheap: asks, and shows something, only if the last time was a while ago. */
    void show(LongSupplier done) {
        long now = System.nanoTime();
        if (now - lastAt >= interval) {
            lastAt = now;
            print(done.getAsLong());
        }
    }

    /** Shows where it ended, and goes to the next line. */
    void end(long done) {
        if (terminal) {
            print(done);
            out.println();
        }
    }

    private void print(long done) {
        int percent = (int) (100 * Math.min(done, total) / Math.max(1, total));
        if (terminal) {
            int full = WIDTH * percent / 100;
            out.printf(
                    Locale.ROOT,
                    "\r[%s%s] %3d %%  %,d of %,d",
                    "#".repeat(full),
                    " ".repeat(WIDTH - full),
                    percent,
                    done,
                    total);
            out.flush();
        } else {
            out.printf(Locale.ROOT, "%,d of %,d settled%n", done, total);
        }
    }

    @SuppressWarnings("SystemConsoleNull") // told apart below
    private static boolean isTerminal() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            // Since JDK 22 there is a console without a terminal, and this method to tell.
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }
}
