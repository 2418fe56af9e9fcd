package dev.millrace.redis.internal;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** How Lettuce is set up in the clients that are ours. */
final class LettuceSettings {

    /** A first connect in a cold JVM took two seconds. */
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    /** Commands in flight on one connection; whoever sends bounds itself below, at {@link StreamAppender#MOST_IN_FLIGHT}. */
    static final int REQUEST_QUEUE = 1 << 17;

    private LettuceSettings() {}

    static ClientResources resources() {
        return ClientResources.builder()
                .reconnectDelay(
                        Delay.fullJitter(Duration.ofMillis(20), Duration.ofSeconds(1), 20, TimeUnit.MILLISECONDS))
                .commandLatencyRecorder(CommandLatencyRecorder.disabled())
                .build();
    }

    /** The same threads and timers, for connections on which a command can have many replies. */
    static ClientResources manyReplies(ClientResources resources) {
        return resources
                .mutate()
                .eventLoopGroupProvider(resources.eventLoopGroupProvider())
                .nettyCustomizer(ManyReplies.installer())
                .build();
    }

    static ClientOptions standalone() {
        return set(ClientOptions.builder()).build();
    }

    static ClusterClientOptions cluster() {
        ClusterTopologyRefreshOptions refresh = ClusterTopologyRefreshOptions.builder()
                .adaptiveRefreshTriggersTimeout(Duration.ofMillis(500))
                .refreshTriggersReconnectAttempts(1)
                .enablePeriodicRefresh(Duration.ofSeconds(2))
                .build();
        ClusterClientOptions.Builder builder = ClusterClientOptions.builder();
        set(builder);
        return builder.topologyRefreshOptions(refresh).build();
    }

    /**
     * Commands are refused while not connected: Lettuce would otherwise send those in flight again after a reconnect, and an
     * event would be in the stream twice without anybody knowing. Its command time-outs are off, because each keeps the
     * command, payload and all, until the time has passed; we have a deadline a batch, and one a call.
     */
    private static ClientOptions.Builder set(ClientOptions.Builder builder) {
        return builder.autoReconnect(true)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .protocolVersion(ProtocolVersion.RESP2)
                .timeoutOptions(TimeoutOptions.builder().timeoutCommands(false).build())
                .requestQueueSize(REQUEST_QUEUE)
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(CONNECT_TIMEOUT)
                        .keepAlive(true)
                        .tcpNoDelay(true)
                        .build());
    }
}
