package dev.millrace.benchmarks.contenders;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Raw Lettuce: asynchronous, flushed by hand every 500 events, some batches in flight, each future looked at. */
final class LettucePublish implements PublishContender {

    private final RedisClient client;
    private final StatefulRedisConnection<byte[], byte[]> connection;
    private final RedisAsyncCommands<byte[], byte[]> commands;
    private final byte[] stream;
    private final byte[] field = Setup.FIELD.getBytes(StandardCharsets.US_ASCII);
    private final Envelopes envelopes;

    LettucePublish(Setup setup) {
        client = RedisClient.create(setup.uri());
        connection = client.connect(ByteArrayCodec.INSTANCE);
        connection.setAutoFlushCommands(false);
        commands = connection.async();
        stream = setup.stream().getBytes(StandardCharsets.UTF_8);
        envelopes = Envelopes.of(setup);
    }

    @Override
    public void publish(long first, long count) throws Exception {
        Deque<List<RedisFuture<String>>> inFlight = new ArrayDeque<>();
        for (long from = first; from < first + count; from += Setup.BATCH) {
            inFlight.add(send(from, Math.min(Setup.BATCH, first + count - from)));
            if (inFlight.size() == Setup.WINDOW) {
                await(inFlight.remove());
            }
        }
        for (List<RedisFuture<String>> batch : inFlight) {
            await(batch);
        }
    }

    private List<RedisFuture<String>> send(long first, long count) {
        List<RedisFuture<String>> batch = new ArrayList<>(Setup.BATCH);
        for (long number = first; number < first + count; number++) {
            batch.add(commands.xadd(stream, field, envelopes.of(number)));
        }
        connection.flushCommands();
        return batch;
    }

    private static void await(List<RedisFuture<String>> batch) throws Exception {
        for (RedisFuture<String> future : batch) {
            future.get();
        }
    }

    @Override
    public void close() {
        connection.close();
        client.shutdown();
    }
}
