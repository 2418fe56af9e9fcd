package dev.millrace.benchmarks.contenders;

import java.time.Duration;
import java.util.Map;
import org.redisson.api.RStream;
import org.redisson.api.RedissonClient;
import org.redisson.api.stream.StreamMessageId;
import org.redisson.api.stream.StreamReadGroupArgs;

/** Redisson: a loop of read, handle, acknowledge. */
final class RedissonConsume implements ConsumeContender {

    private final RedissonClient client;
    private final RStream<byte[], byte[]> stream;
    private final String group;

    RedissonConsume(Setup setup) {
        client = RedissonClients.open(setup);
        stream = client.getStream(setup.stream());
        group = setup.group();
    }

    @Override
    public void consume(Tally tally) {
        while (!tally.isFull()) {
            Map<StreamMessageId, Map<byte[], byte[]>> batch = stream.readGroup(
                    group,
                    "redisson",
                    StreamReadGroupArgs.neverDelivered().count(Setup.BATCH).timeout(Duration.ofMillis(100)));
            for (Map<byte[], byte[]> fields : batch.values()) {
                byte[] envelope = fields.values().iterator().next();
                tally.handled(SplicedEnvelope.read(envelope).order());
            }
            stream.ack(group, batch.keySet().toArray(StreamMessageId[]::new));
        }
    }

    @Override
    public void close() {
        client.shutdown();
    }
}
