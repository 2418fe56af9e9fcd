package dev.millrace.benchmarks.contenders;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.connection.stream.Consumer;
import org.springframework.data.redis.connection.stream.MapRecord;
import org.springframework.data.redis.connection.stream.ReadOffset;
import org.springframework.data.redis.connection.stream.StreamOffset;
import org.springframework.data.redis.core.RedisTemplate;
import org.springframework.data.redis.serializer.RedisSerializer;
import org.springframework.data.redis.stream.StreamMessageListenerContainer;
import org.springframework.data.redis.stream.StreamMessageListenerContainer.StreamMessageListenerContainerOptions;

/** Spring Data Redis: its listener container, each record acknowledged once it is handled. */
final class SpringConsume implements ConsumeContender {

    private final LettuceConnectionFactory factory;
    private final RedisTemplate<String, byte[]> template;
    private final StreamMessageListenerContainer<String, MapRecord<String, String, byte[]>> container;
    private final Setup setup;
    private final ExecutorService poller = Executors.newSingleThreadExecutor();

    SpringConsume(Setup setup) {
        this.setup = setup;
        factory = SpringFactory.open(setup);
        template = SpringFactory.template(factory);
        container = StreamMessageListenerContainer.create(
                factory,
                StreamMessageListenerContainerOptions.builder()
                        .executor(poller)
                        .batchSize(Setup.BATCH)
                        .pollTimeout(Duration.ofMillis(100))
                        .keySerializer(RedisSerializer.string())
                        .<String, byte[]>hashKeySerializer(RedisSerializer.string())
                        .<String, byte[]>hashValueSerializer(RedisSerializer.byteArray())
                        .build());
    }

    @Override
    public void consume(Tally tally) throws InterruptedException {
        container.start();
        container.receive(
                Consumer.from(setup.group(), "spring"),
                StreamOffset.create(setup.stream(), ReadOffset.lastConsumed()),
                entry -> {
                    Order order = SplicedEnvelope.read(entry.getValue().get(Setup.FIELD))
                            .order();
                    template.opsForStream().acknowledge(setup.stream(), setup.group(), entry.getId());
                    tally.handled(order);
                });
        tally.awaitFull();
    }

    @Override
    public void close() throws InterruptedException {
        container.stop();
        poller.shutdown();
        if (!poller.awaitTermination(10, TimeUnit.SECONDS)) {
            throw new IllegalStateException("Spring's container still polls 10 s after its stop");
        }
        factory.destroy();
    }
}
