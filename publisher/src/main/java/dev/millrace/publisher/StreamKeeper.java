package dev.millrace.publisher;

import dev.millrace.redis.internal.RedisLink;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Sees to the streams that are published to. Thread-safe. */
interface StreamKeeper {

    Duration COMMAND_TIMEOUT = Duration.ofSeconds(10);

    /** For publishers whose streams somebody else sees to. */
    StreamKeeper NONE = new StreamKeeper() {
        @Override
        public void publishing(String stream) {}

        @Override
        public void close() {}
    };

    /**
     * Starts what the policy asks for.
     *
     * @param link where the streams are, or null if they are not in Redis
     */
    static StreamKeeper start(
            RetentionPolicy policy,
            @Nullable RedisLink link,
            String origin,
            InstantSource clock,
            PublisherMeters meters) {
        return link == null || policy.isNone()
                ? NONE
                : new RetentionLoop(policy, link.retention(COMMAND_TIMEOUT), origin, clock, meters, new RetentionLog())
                        .start();
    }

    /**
     * Notes that something is about to be published to this stream.
     *
     * @throws StreamFullException if the stream is full and the policy refuses
     */
    void publishing(String stream);

    /** Ends what was started. */
    void close();

    /** Ends what was started, and then runs this. */
    default Runnable closedBefore(Runnable next) {
        return () -> {
            close();
            next.run();
        };
    }
}
