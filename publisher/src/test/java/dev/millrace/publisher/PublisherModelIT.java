package dev.millrace.publisher;

import dev.millrace.testkit.RedisExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Short random histories with a real Redis behind a proxy that delays, loses, ends and breaks; a failure names its seed. More
 * of them with {@code -Dmillrace.tests.histories=…}.
 */
@Timeout(600)
class PublisherModelIT {

    private static final int HISTORIES = Integer.getInteger("millrace.tests.histories", 100);
    private static final int AT_ONCE = 16;

    @RegisterExtension
    static final RedisExtension REDIS = new RedisExtension();

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void every_future_completes_once_and_successes_are_stored_in_order_whatever_the_network_does(boolean strict)
            throws Exception {
        ExecutorService workers = Executors.newFixedThreadPool(AT_ONCE);
        try {
            List<Future<?>> histories = new ArrayList<>();
            for (int seed = 0; seed < HISTORIES; seed++) {
                ProxiedHistory history = new ProxiedHistory(REDIS.server(), seed, strict);
                histories.add(workers.submit(() -> {
                    history.live();
                    history.check();
                    return null;
                }));
            }
            for (Future<?> history : histories) {
                history.get();
            }
        } finally {
            workers.shutdownNow();
        }
    }
}
