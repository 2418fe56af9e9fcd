package dev.millrace.testkit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a local server is to run; a port of 0 means any free one.
 *
 * @param configuration lines of a file that the server is given to keep, where it needs one
 */
record LocalOptions(
        int port,
        boolean appendOnly,
        boolean tls,
        @Nullable String maxMemory,
        @Nullable String password,
        List<String> arguments,
        List<String> configuration) {

    LocalOptions {
        arguments = List.copyOf(arguments);
        configuration = List.copyOf(configuration);
    }

    static final LocalOptions DEFAULTS = new LocalOptions(0, false, false, null, null, List.of(), List.of());

    /** The server's arguments; the caller's own come last, so that they win. */
    List<String> toArguments(int port, @Nullable TlsFiles tlsFiles, int tlsPort, Path folder) {
        List<String> line = new ArrayList<>(List.of("--port", String.valueOf(port), "--bind", "127.0.0.1"));
        line.addAll(List.of("--dir", folder.toString(), "--daemonize", "no", "--save", ""));
        line.addAll(List.of("--enable-debug-command", "local"));
        if (appendOnly) {
            line.addAll(List.of("--appendonly", "yes", "--appendfsync", "always"));
        }
        if (maxMemory != null) {
            line.addAll(List.of("--maxmemory", maxMemory, "--maxmemory-policy", "noeviction"));
        }
        if (password != null) {
            line.addAll(List.of("--requirepass", password));
        }
        if (tlsFiles != null) {
            line.addAll(List.of("--tls-port", String.valueOf(tlsPort), "--tls-auth-clients", "no"));
            line.addAll(List.of("--tls-cert-file", tlsFiles.certificate().toString()));
            line.addAll(List.of("--tls-key-file", tlsFiles.key().toString()));
            line.addAll(List.of("--tls-ca-cert-file", tlsFiles.certificate().toString()));
        }
        line.addAll(arguments);
        return line;
    }
}
