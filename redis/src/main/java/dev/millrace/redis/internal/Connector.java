package dev.millrace.redis.internal;

import io.lettuce.core.api.StatefulConnection;
import io.netty.util.Timer;

/** How one kind of deployment is connected to. */
interface Connector {

    /** Opens a connection; blocks, and throws what Lettuce throws. */
    StatefulConnection<byte[], byte[]> connect();

    /** How batches of appends are connected; ended with this connector. */
    default Connector forAppends() {
        return this;
    }

    /** Whether a batch of appends can be one command here, by {@link ManyReplies}. */
    default boolean takesManyReplies() {
        return false;
    }

    /** Where, without secrets. */
    String describe();

    /** For deadlines. */
    Timer timer();

    /** Whether one connection stands for several servers. */
    boolean cluster();

    /**
     * Whether a command for this key can go at once. If not, its server is being connected to from now on; Lettuce would wait
     * for that in the thread that sends.
     */
    default boolean reaches(StatefulConnection<byte[], byte[]> connection, byte[] key) {
        return true;
    }

    /** A server has said that a key is another's by now. */
    default void moved() {}

    /** Ends what was started for this connector; connections are closed before. */
    void shutdown();
}
