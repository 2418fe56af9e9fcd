package dev.millrace.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One server process, which ends when this JVM does, however this JVM ends. */
final class ServerProcess {
    /**
     * The shell keeps a pipe from this JVM; its end is this JVM's end (or {@link #end()}), and then the server dies and
     * its folder goes. As the server's parent the shell also keeps its pid from being reused before it is told of.
     */
    private static final String WRAPPER = """
            trap '' INT HUP
            exec 3<&0
            folder=$1; log=$2; shift 2
            "$@" </dev/null >>"$log" 2>&1 3<&- &
            server=$!
            echo $server
            ( read -r _ <&3; : >"$folder/.closed"; kill -9 $server ) >/dev/null 2>&1 &
            watcher=$!
            exec 3<&-
            wait $server
            status=$?
            kill $watcher 2>/dev/null
            [ -e "$folder/.closed" ] && rm -rf "$folder"
            exit $status
            """;

    private static final long END_SECONDS = 10;

    private final Process shell;
    private final long pid;

    private ServerProcess(Process shell, long pid) {
        this.shell = shell;
        this.pid = pid;
    }

    /** Starts the command; {@code log} takes its output, {@code folder} is removed when the process is ended. */
    static ServerProcess start(List<String> command, Path folder, Path log) throws IOException {
        List<String> line = new ArrayList<>(List.of("sh", "-c", WRAPPER, "sh", folder.toString(), log.toString()));
        line.addAll(command);
        Process shell = new ProcessBuilder(line)
                .directory(folder.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String pid =
                new BufferedReader(new InputStreamReader(shell.getInputStream(), StandardCharsets.US_ASCII)).readLine();
        if (pid == null) {
            throw new IOException("sh did not start " + command.get(0));
        }
        return new ServerProcess(shell, Long.parseLong(pid));
    }

    long pid() {
        return pid;
    }

    boolean isAlive() {
        return shell.isAlive();
    }

    /** Waits; true when the process has ended within that time. */
    boolean endsWithin(long millis) {
        try {
            return shell.waitFor(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RedisStartException("Interrupted while waiting for Redis, process " + pid, e);
        }
    }

    /** SIGKILL to the server; its folder stays. Returns when it is gone. */
    void kill() {
        signal("KILL");
        awaitEnd();
    }

    /** Kills the server and removes its folder. Returns when both are gone. */
    void end() {
        try {
            shell.getOutputStream().close();
        } catch (IOException e) {
            // already closed: the watcher has been told
        }
        awaitEnd();
    }

    /** Does not give way to an interrupt at once: an interrupted test must not leave a server to the next. */
    private void awaitEnd() {
        boolean interrupted = Thread.interrupted();
        try {
            if (!shell.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException(
                        "Redis, process " + pid + ", survived SIGKILL for " + END_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            interrupted = true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Sends a signal by name; does nothing when the process has ended. */
    void signal(String name) {
        if (!isAlive()) {
            return;
        }
        try {
            Process kill = new ProcessBuilder("sh", "-c", "kill -" + name + " " + pid)
                    .redirectErrorStream(true)
                    .start();
            String complaint = new String(kill.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!complaint.isBlank() && isAlive()) {
                throw new IllegalStateException("kill -" + name + " " + pid + ": " + complaint.strip());
            }
        } catch (IOException e) {
            throw new IllegalStateException("kill -" + name + " " + pid + " could not be run", e);
        }
    }
}
