package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.redis.internal.MortalRedis;
import dev.millrace.testkit.RedisServer;
import dev.millrace.testkit.TcpProxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Random lives of deliveries, with ends between any two steps, against what every event was promised. More histories, or one
 * again: {@code -Dmillrace.histories=5000 -Dmillrace.seed=17}.
 */
@Timeout(1_800)
class DeliveryModelIT {

    private static final int AT_ONCE = 32;

    @Test
    void every_event_is_in_exactly_one_place_whatever_dies_between_which_two_steps() throws Exception {
        int histories = Integer.getInteger("millrace.histories", 120);
        long firstSeed = Long.getLong("millrace.seed", 1);
        List<String> wrong = new ArrayList<>();
        Set<String> met = new ConcurrentSkipListSet<>();
        ExecutorService background = Executors.newCachedThreadPool();
        ExecutorService authors = Executors.newFixedThreadPool(AT_ONCE);
        try (RedisServer server = RedisServer.embedded();
                TcpProxy way = TcpProxy.inFrontOf(server);
                MortalRedis door = MortalRedis.at(way.uri())) {
            List<Future<List<String>>> running = new ArrayList<>();
            for (int i = 0; i < histories; i++) {
                long seed = firstSeed + i;
                running.add(authors.submit((Callable<List<String>>) () -> {
                    // Every eighth has a Redis of its own, which is killed: the others are not to be disturbed by that.
                    return seed % 8 == 0
                            ? inRedisOfItsOwn(seed, background, met)
                            : live(seed, world(server, way, false), door, background, met);
                }));
            }
            for (Future<List<String>> history : running) {
                wrong.addAll(history.get());
            }
        } finally {
            authors.shutdownNow();
            background.shutdown();
        }
        assertThat(wrong).isEmpty();
        if (histories >= 100) {
            assertThat(met).containsAll(Fates.REDRIVE_STEPS).contains(History.RESTARTED);
            assertThat(met)
                    .containsAll(
                            Arrays.stream(Disaster.values()).map(Enum::name).toList());
            assertThat(met)
                    .containsAll(Arrays.stream(Variant.values()).map(Enum::name).toList());
        }
        assertThat(met).as("steps at which something happened").hasSizeGreaterThan(Math.min(histories, 100) / 8);
    }

    private static List<String> inRedisOfItsOwn(long seed, ExecutorService background, Set<String> met)
            throws Exception {
        try (RedisServer server = RedisServer.builder().appendOnly(true).start();
                TcpProxy way = TcpProxy.inFrontOf(server);
                MortalRedis door = MortalRedis.at(way.uri())) {
            return live(seed, world(server, way, true), door, background, met);
        }
    }

    private static Disaster.World world(RedisServer server, TcpProxy way, boolean own) {
        return new Disaster.World(server, way, new TestStream(server), own);
    }

    private static List<String> live(
            long seed, Disaster.World world, MortalRedis door, ExecutorService background, Set<String> met)
            throws Exception {
        History history = new History(seed, world, door, background);
        List<String> found = history.live();
        met.addAll(history.met());
        return found.stream().map(one -> history + ": " + one).toList();
    }
}
