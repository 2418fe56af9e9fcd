package dev.millrace.redis.internal;

import dev.millrace.redis.Redis;
import io.lettuce.core.ClientOptions;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says what an application's own client would do behind our back. */
final class BorrowedClients {

    private static final Logger log = LoggerFactory.getLogger(Redis.class);

    private BorrowedClients() {}

    static void warn(ClientOptions options) {
        for (String concern : concerns(options)) {
            log.warn("The Redis client handed to Millrace {}", concern);
        }
    }

    static List<String> concerns(ClientOptions options) {
        List<String> concerns = new ArrayList<>();
        if (options.getDisconnectedBehavior() != ClientOptions.DisconnectedBehavior.REJECT_COMMANDS) {
            concerns.add("sends commands again after a lost connection, so that an event may be in its stream twice;"
                    + " set ClientOptions.disconnectedBehavior(REJECT_COMMANDS)");
        }
        if (options.getTimeoutOptions().isTimeoutCommands()) {
            concerns.add("has command time-outs, which keep every event in memory until the time has passed;"
                    + " set TimeoutOptions.timeoutCommands(false)");
        }
        return concerns;
    }
}
