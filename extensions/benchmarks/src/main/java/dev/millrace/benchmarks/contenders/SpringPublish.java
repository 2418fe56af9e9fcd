package dev.millrace.benchmarks.contenders;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.springframework.data.redis.connection.RedisStreamCommands;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.connection.stream.StreamRecords;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.RedisTemplate;

/** Spring Data Redis: pipelines of 500, flushed at their end; in the variant {@code single}, one by one. */
final class SpringPublish implements PublishContender {

    private final LettuceConnectionFactory factory;
    private final RedisTemplate<String, byte[]> template;
    private final String stream;
    private final byte[] key;
    private final byte[] field = Setup.FIELD.getBytes(StandardCharsets.US_ASCII);
    private final boolean single;
    private final Envelopes envelopes;

    SpringPublish(Setup setup) {
        factory = SpringFactory.open(setup);
        template = SpringFactory.template(factory);
        stream = setup.stream();
        key = stream.getBytes(StandardCharsets.UTF_8);
        single = setup.on("single");
        envelopes = Envelopes.of(setup);
    }

    @Override
    public void publish(long first, long count) {
        if (single) {
            for (long number = first; number < first + count; number++) {
                template.opsForStream().add(stream, Map.of(Setup.FIELD, envelopes.of(number)));
            }
        } else {
            for (long from = first; from < first + count; from += Setup.BATCH) {
                send(from, Math.min(Setup.BATCH, first + count - from));
            }
        }
    }

    @SuppressWarnings(
            "NullAway") // Spring wants null from a pipeline, and JDK 17 does not see that its callback may give it
    private void send(long first, long count) {
        RedisCallback<Object> pipeline = connection -> {
            RedisStreamCommands commands = connection.streamCommands();
            for (long number = first; number < first + count; number++) {
                commands.xAdd(StreamRecords.rawBytes(Map.of(field, envelopes.of(number)))
                        .withStreamKey(key));
            }
            return null;
        };
        List<Object> ids = template.executePipelined(pipeline);
        if (ids.size() != count) {
            throw new IllegalStateException(ids.size() + " of " + count + " were stored");
        }
    }

    @Override
    public void close() {
        factory.destroy();
    }
}
