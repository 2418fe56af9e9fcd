package dev.millrace.redis.internal;

import io.lettuce.core.api.StatefulConnection;
import io.netty.util.Timer;

/** How one kind of deployment is connected to. */
interface Connector {

    /** Opens a connection; blocks, and throws what Lettuce throws. */
    StatefulConnection<byte[], byte[]> connect();

    /** Where, without secrets. */
    String describe();

    /** For deadlines. */
    Timer timer();

    /** Whether one connection stands for several servers. */
    boolean cluster();

    /** Ends what was started for this connector; connections are closed before. */
    void shutdown();
}
