package dev.millrace.testkit;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;

/** What a server says about itself, and how it may be spoken of. */
record ServerInfo(String product, long processId) {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /**
     * Asks the server behind the URI.
     *
     * @throws RedisStartException if it does not answer; one that wants a password we do not have is of unknown version
     */
    static ServerInfo read(URI uri) {
        try (RespConnection connection = RespConnection.open(uri, TIMEOUT)) {
            return read(connection);
        } catch (RedisReplyException e) {
            if (String.valueOf(e.getMessage()).startsWith("NOAUTH")) {
                return new ServerInfo("Redis of unknown version", -1);
            }
            throw new RedisStartException("Redis at " + withoutSecrets(uri) + " refuses: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new RedisStartException(
                    "No Redis answers at " + withoutSecrets(uri) + ": " + e.getMessage() + ". Is it running there?", e);
        }
    }

    static ServerInfo read(RespConnection connection) throws IOException {
        String info = RespConnection.render(connection.command("INFO", "server"));
        String valkey = field(info, "valkey_version");
        String product = valkey.isEmpty() ? "Redis " + field(info, "redis_version") : "Valkey " + valkey;
        String processId = field(info, "process_id");
        return new ServerInfo(product, processId.isEmpty() ? -1 : Long.parseLong(processId));
    }

    private static String field(String info, String name) {
        return info.lines()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst()
                .orElse("");
    }

    static String withoutSecrets(URI uri) {
        return uri.toString().replaceFirst("//[^@/]*@", "//***@");
    }
}
