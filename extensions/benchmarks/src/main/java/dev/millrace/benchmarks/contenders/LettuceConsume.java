package dev.millrace.benchmarks.contenders;

import io.lettuce.core.Consumer;
import io.lettuce.core.LettuceFutures;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.SetArgs;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Raw Lettuce: a loop of read, handle, acknowledge. In the variant {@code prefetch} the next read is on its way while a
 * batch is handled; in {@code setnx} a key for each event says whether it was handled before.
 */
final class LettuceConsume implements ConsumeContender {

    private static final Duration WINDOW = Duration.ofMinutes(5);

    private final RedisClient client;
    private final StatefulRedisConnection<String, byte[]> connection;
    private final StatefulRedisConnection<String, byte[]> marks;
    private final RedisAsyncCommands<String, byte[]> commands;
    private final Setup setup;
    private final Consumer<String> consumer;

    LettuceConsume(Setup setup) {
        this.setup = setup;
        RedisCodec<String, byte[]> codec = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);
        client = RedisClient.create(setup.uri());
        connection = client.connect(codec);
        commands = connection.async();
        marks = client.connect(codec);
        marks.setAutoFlushCommands(false);
        consumer = Consumer.from(setup.group(), "lettuce");
    }

    @Override
    public void consume(Tally tally) throws Exception {
        boolean prefetch = setup.on("prefetch");
        RedisFuture<List<StreamMessage<String, byte[]>>> next = read();
        while (!tally.isFull()) {
            List<StreamMessage<String, byte[]>> batch = next.get();
            // Behind the last batch it would wait for its block time, and the last ack behind it.
            if (prefetch && tally.goesOnAfter(batch.size())) {
                next = read();
            }
            handle(batch, tally);
            RedisFuture<Long> acknowledged = commands.xack(setup.stream(), setup.group(), ids(batch));
            if (!prefetch) {
                acknowledged.get();
                next = read();
            } else if (tally.isFull()) {
                acknowledged.get();
            }
        }
    }

    @SuppressWarnings("unchecked") // an array of a generic type
    private RedisFuture<List<StreamMessage<String, byte[]>>> read() {
        return commands.xreadgroup(
                consumer,
                XReadArgs.Builder.count(Setup.BATCH).block(100),
                XReadArgs.StreamOffset.lastConsumed(setup.stream()));
    }

    private void handle(List<StreamMessage<String, byte[]>> batch, Tally tally) throws Exception {
        List<SplicedEnvelope.Read> envelopes = new ArrayList<>(batch.size());
        for (StreamMessage<String, byte[]> message : batch) {
            envelopes.add(SplicedEnvelope.read(message.getBody().get(Setup.FIELD)));
        }
        boolean[] fresh = setup.on("setnx") ? mark(envelopes) : null;
        for (int i = 0; i < envelopes.size(); i++) {
            if (fresh == null || fresh[i]) {
                tally.handled(envelopes.get(i).order());
            }
        }
    }

    /** One pipeline of {@code SET key 1 NX PX}: which of them are seen for the first time. */
    private boolean[] mark(List<SplicedEnvelope.Read> envelopes) throws Exception {
        byte[] one = "1".getBytes(StandardCharsets.US_ASCII);
        SetArgs once = SetArgs.Builder.nx().px(WINDOW);
        List<RedisFuture<String>> answers = new ArrayList<>(envelopes.size());
        for (SplicedEnvelope.Read envelope : envelopes) {
            String hash = envelope.data().header().hash();
            answers.add(marks.async().set(setup.key() + ":seen:" + hash, one, once));
        }
        marks.flushCommands();
        LettuceFutures.awaitAll(10, TimeUnit.SECONDS, answers.toArray(RedisFuture[]::new));
        boolean[] fresh = new boolean[answers.size()];
        for (int i = 0; i < fresh.length; i++) {
            fresh[i] = answers.get(i).get() != null;
        }
        return fresh;
    }

    private static String[] ids(List<StreamMessage<String, byte[]>> batch) {
        String[] ids = new String[batch.size()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = batch.get(i).getId();
        }
        return ids;
    }

    @Override
    public void close() {
        marks.close();
        connection.close();
        client.shutdown();
    }
}
