package dev.millrace.benchmarks.contenders;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import org.redisson.api.BatchResult;
import org.redisson.api.RBatch;
import org.redisson.api.RFuture;
import org.redisson.api.RStreamAsync;
import org.redisson.api.RedissonClient;
import org.redisson.api.stream.StreamAddArgs;

/** Redisson: RBatches of 500, some in flight, over several connections: faster than one at a time, and not in order. */
final class RedissonPublish implements PublishContender {

    private final RedissonClient client;
    private final String stream;
    private final byte[] field = Setup.FIELD.getBytes(StandardCharsets.US_ASCII);
    private final Envelopes envelopes;

    RedissonPublish(Setup setup) {
        client = RedissonClients.open(setup);
        stream = setup.stream();
        envelopes = Envelopes.of(setup);
    }

    @Override
    public void publish(long first, long count) throws Exception {
        Deque<RFuture<BatchResult<?>>> inFlight = new ArrayDeque<>();
        for (long from = first; from < first + count; from += Setup.BATCH) {
            inFlight.add(send(from, Math.min(Setup.BATCH, first + count - from)));
            if (inFlight.size() == Setup.WINDOW) {
                inFlight.remove().toCompletableFuture().get();
            }
        }
        for (RFuture<BatchResult<?>> batch : inFlight) {
            batch.toCompletableFuture().get();
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the batch's future fails if one of them does
    private RFuture<BatchResult<?>> send(long first, long count) {
        RBatch batch = client.createBatch();
        RStreamAsync<byte[], byte[]> target = batch.getStream(stream);
        for (long number = first; number < first + count; number++) {
            target.addAsync(StreamAddArgs.entry(field, envelopes.of(number)));
        }
        return batch.executeAsync();
    }

    @Override
    public void close() {
        client.shutdown();
    }
}
