package dev.millrace.redis.internal;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.resource.ClientResources;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What there is to end of clients that we opened: their resources, and whoever still connects. Thread-safe. */
final class OwnClient {

    private static final Logger LOG = LoggerFactory.getLogger(OwnClient.class);
    private static final Duration SHUTDOWN = Duration.ofSeconds(2);

    private final ClientResources resources = LettuceSettings.resources();
    private final List<ClientResources> derived = new CopyOnWriteArrayList<>();
    private final Set<Thread> connecting = ConcurrentHashMap.newKeySet();
    private volatile boolean ended;

    ClientResources resources() {
        return resources;
    }

    /** The same threads and timers, for connections on which a command can have many replies. */
    ClientResources manyReplies() {
        ClientResources appending = LettuceSettings.manyReplies(resources);
        derived.add(appending);
        return appending;
    }

    /** Connects, but no longer than until the clients end: Lettuce would wait for ever for an event loop that is gone. */
    <C> C connect(Supplier<C> connect) {
        connecting.add(Thread.currentThread());
        try {
            if (ended) {
                throw Faults.exception(RedisFault.Kind.CLOSED, "closed before it was connected");
            }
            return connect.get();
        } finally {
            connecting.remove(Thread.currentThread());
        }
    }

    void shutdown(List<? extends AbstractRedisClient> clients) {
        ended = true;
        awaitEnd(clients.stream()
                .map(client -> client.shutdownAsync(0, SHUTDOWN.toMillis(), TimeUnit.MILLISECONDS))
                .toArray(CompletableFuture<?>[]::new));
        // Theirs are those of the others; but they say that they were forgotten if nobody ends them.
        for (ClientResources each : derived) {
            var unused = each.shutdown(0, 0, TimeUnit.MILLISECONDS);
        }
        resources.shutdown(0, SHUTDOWN.toMillis(), TimeUnit.MILLISECONDS).awaitUninterruptibly(SHUTDOWN.toMillis());
        connecting.forEach(Thread::interrupt);
    }

    /** Lettuce's own wait has no end, and once in a great while its clients have none either; their threads are daemons. */
    private static void awaitEnd(CompletableFuture<?>... ends) {
        try {
            CompletableFuture.allOf(ends).get(2 * SHUTDOWN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn(
                    "A Redis client did not end within {}; what is left of it is given up",
                    SHUTDOWN.multipliedBy(2),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
