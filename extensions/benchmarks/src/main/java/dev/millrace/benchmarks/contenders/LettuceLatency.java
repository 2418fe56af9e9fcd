package dev.millrace.benchmarks.contenders;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Raw Lettuce on both sides: a blocking read, and then the ack and the next read in one flight. */
final class LettuceLatency implements LatencyContender {

    private static final RedisCodec<String, byte[]> CODEC = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

    private final Setup setup;
    private final RedisClient client;
    private final StatefulRedisConnection<String, byte[]> publishing;
    private final StatefulRedisConnection<String, byte[]> reading;
    private final SplicedEnvelope envelope = new SplicedEnvelope(Setup.TYPE, Setup.ORIGIN);
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private volatile boolean ending;
    private long sent;
    private @Nullable Thread reader;

    LettuceLatency(Setup setup) {
        this.setup = setup;
        client = RedisClient.create(setup.uri());
        publishing = client.connect(CODEC);
        reading = client.connect(CODEC);
        reading.setAutoFlushCommands(false);
    }

    @Override
    public void start(Consumer<Order> handler) {
        Thread thread = new Thread(() -> loop(handler), "reader");
        reader = thread;
        thread.start();
    }

    private void loop(Consumer<Order> handler) {
        RedisAsyncCommands<String, byte[]> commands = reading.async();
        try {
            long handled = 0;
            RedisFuture<List<StreamMessage<String, byte[]>>> next = read(commands);
            while (!ending || handled < sent) {
                List<StreamMessage<String, byte[]>> batch = next.get();
                for (StreamMessage<String, byte[]> message : batch) {
                    handler.accept(SplicedEnvelope.read(message.getBody().get(Setup.FIELD))
                            .order());
                }
                if (!batch.isEmpty()) {
                    String[] ids = batch.stream().map(StreamMessage::getId).toArray(String[]::new);
                    watch(commands.xack(setup.stream(), setup.group(), ids));
                    handled += batch.size();
                }
                next = read(commands);
            }
            next.get();
        } catch (Exception e) {
            failure.compareAndSet(null, e);
        }
    }

    @SuppressWarnings("unchecked") // an array of a generic type
    private RedisFuture<List<StreamMessage<String, byte[]>>> read(RedisAsyncCommands<String, byte[]> commands) {
        RedisFuture<List<StreamMessage<String, byte[]>>> next = commands.xreadgroup(
                io.lettuce.core.Consumer.from(setup.group(), "lettuce"),
                XReadArgs.Builder.count(Setup.BATCH).block(100),
                XReadArgs.StreamOffset.lastConsumed(setup.stream()));
        reading.flushCommands();
        return next;
    }

    @Override
    public void send(Order order) {
        sent++;
        watch(publishing.async().xadd(setup.stream(), Setup.FIELD, envelope.write(order)));
    }

    private void watch(RedisFuture<?> future) {
        CompletionStage<?> unused = future.whenComplete((value, error) -> {
            if (error != null) {
                failure.compareAndSet(null, error);
            }
        });
    }

    @Override
    public void close() throws InterruptedException {
        ending = true;
        Thread thread = reader;
        if (thread != null) {
            thread.join();
        }
        reading.close();
        publishing.close();
        client.shutdown();
        Throwable failed = failure.get();
        if (failed != null) {
            throw new IllegalStateException("an order was not stored or not handled", failed);
        }
    }
}
