package dev.millrace.benchmarks.contenders;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.params.XAddParams;

/** Jedis: pipelines of 500. */
final class JedisPublish implements PublishContender {

    private final Jedis jedis;
    private final byte[] stream;
    private final byte[] field = Setup.FIELD.getBytes(StandardCharsets.US_ASCII);
    private final Envelopes envelopes;

    JedisPublish(Setup setup) {
        jedis = new Jedis(URI.create(setup.uri()));
        stream = setup.stream().getBytes(StandardCharsets.UTF_8);
        envelopes = Envelopes.of(setup);
    }

    @Override
    public void publish(long first, long count) {
        try (Pipeline pipeline = jedis.pipelined()) {
            for (long from = first; from < first + count; from += Setup.BATCH) {
                send(pipeline, from, Math.min(Setup.BATCH, first + count - from));
            }
        }
    }

    private void send(Pipeline pipeline, long first, long count) {
        XAddParams anyId = XAddParams.xAddParams();
        List<Response<byte[]>> batch = new ArrayList<>(Setup.BATCH);
        for (long number = first; number < first + count; number++) {
            batch.add(pipeline.xadd(stream, anyId, Map.of(field, envelopes.of(number))));
        }
        pipeline.sync();
        batch.forEach(Response::get);
    }

    @Override
    public void close() {
        jedis.close();
    }
}
