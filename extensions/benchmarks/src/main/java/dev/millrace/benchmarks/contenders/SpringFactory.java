package dev.millrace.benchmarks.contenders;

import io.lettuce.core.RedisURI;
import org.springframework.data.redis.connection.lettuce.LettuceConnection.PipeliningFlushPolicy;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettucePoolingClientConfiguration;
import org.springframework.data.redis.core.RedisTemplate;
import org.springframework.data.redis.serializer.RedisSerializer;

/**
 * Opens Spring Data Redis over Lettuce, with values as bytes and a pool: a pipeline takes a connection for itself, and without a
 * pool opens one each time.
 */
final class SpringFactory {

    private SpringFactory() {}

    static LettuceConnectionFactory open(Setup setup) {
        LettuceConnectionFactory factory = new LettuceConnectionFactory(
                LettuceConnectionFactory.createRedisConfiguration(RedisURI.create(setup.uri())),
                LettucePoolingClientConfiguration.builder().build());
        factory.setPipeliningFlushPolicy(PipeliningFlushPolicy.flushOnClose());
        factory.afterPropertiesSet();
        factory.start();
        return factory;
    }

    static RedisTemplate<String, byte[]> template(LettuceConnectionFactory factory) {
        RedisTemplate<String, byte[]> template = new RedisTemplate<>();
        template.setConnectionFactory(factory);
        template.setKeySerializer(RedisSerializer.string());
        template.setHashKeySerializer(RedisSerializer.string());
        template.setHashValueSerializer(RedisSerializer.byteArray());
        template.setValueSerializer(RedisSerializer.byteArray());
        template.afterPropertiesSet();
        return template;
    }
}
