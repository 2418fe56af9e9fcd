package dev.millrace.samples;

import dev.millrace.consumer.ConsumerServer;
import dev.millrace.samples.endpoint.Scrape;
import dev.millrace.samples.endpoint.WorkerEndpoint;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags of a command that can be looked at by HTTP while it runs. */
final class EndpointOptions implements AutoCloseable {

    @Option(
            names = "--http-port",
            paramLabel = "N",
            description =
                    "Serves /health, /live, /ready, /metrics, /process-event and /process-batch there; 0 = a free one."
                            + " Default: none.")
    private @Nullable Integer port;

    @Option(
            names = "--http-address",
            paramLabel = "HOST",
            defaultValue = "127.0.0.1",
            description = "Where --http-port listens. Default: ${DEFAULT-VALUE}.")
    private String address = "";

    @Option(
            names = "--http-token",
            paramLabel = "TOKEN",
            description = "What all but /live and /ready ask for; better given as MILLRACE_HTTP_TOKEN. Default: none.")
    private @Nullable String token;

    private final Scrape scrape = new Scrape();
    private @Nullable WorkerEndpoint endpoint;

    /** The meters that it shows; null if it is not asked for. */
    @Nullable
    Scrape scrape() {
        return port == null ? null : scrape;
    }

    /** Opens it where it is asked for, and says where. */
    void open(ConsumerServer server, PrintWriter out) {
        if (port == null) {
            return;
        }
        if (port < 0 || port > 65_535) {
            throw new BadInputException("--http-port: got " + port + "; use 0 to 65535");
        }
        InetSocketAddress where = new InetSocketAddress(address, port);
        try {
            endpoint = WorkerEndpoint.open(where, server, scrape, token);
            out.println("http://" + address + ":" + endpoint.address().getPort() + "/health");
        } catch (IOException | RuntimeException e) {
            throw new BadInputException("--http-address " + address + " --http-port " + port + ": " + e.getMessage());
        }
    }

    @Override
    public void close() {
        if (endpoint != null) {
            endpoint.close();
        }
        scrape.close();
    }
}
