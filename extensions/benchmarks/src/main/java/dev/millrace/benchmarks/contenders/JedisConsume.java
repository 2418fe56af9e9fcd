package dev.millrace.benchmarks.contenders;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.params.XReadGroupParams;
import redis.clients.jedis.resps.StreamEntryBinary;

/** Jedis: a loop of read, handle, acknowledge. */
final class JedisConsume implements ConsumeContender {

    private final Jedis jedis;
    private final byte[] stream;
    private final byte[] group;

    JedisConsume(Setup setup) {
        jedis = new Jedis(URI.create(setup.uri()));
        stream = setup.stream().getBytes(StandardCharsets.UTF_8);
        group = setup.group().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void consume(Tally tally) {
        byte[] consumer = "jedis".getBytes(StandardCharsets.US_ASCII);
        XReadGroupParams read =
                XReadGroupParams.xReadGroupParams().count(Setup.BATCH).block(100);
        Map<byte[], StreamEntryID> fresh = Map.of(stream, StreamEntryID.XREADGROUP_UNDELIVERED_ENTRY);
        while (!tally.isFull()) {
            List<StreamEntryBinary> batch =
                    jedis.xreadGroupBinary(group, consumer, read, fresh).get(0).getValue();
            byte[][] ids = new byte[batch.size()][];
            for (int i = 0; i < ids.length; i++) {
                StreamEntryBinary entry = batch.get(i);
                byte[] envelope = entry.getFields().values().iterator().next();
                tally.handled(SplicedEnvelope.read(envelope).order());
                ids[i] = entry.getID().toString().getBytes(StandardCharsets.US_ASCII);
            }
            jedis.xack(stream, group, ids);
        }
    }

    @Override
    public void close() {
        jedis.close();
    }
}
