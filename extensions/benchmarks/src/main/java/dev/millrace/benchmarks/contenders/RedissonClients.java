package dev.millrace.benchmarks.contenders;

import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.config.Config;

/** Opens Redisson, for bytes. */
final class RedissonClients {

    private RedissonClients() {}

    static RedissonClient open(Setup setup) {
        Config config = new Config();
        config.setCodec(ByteArrayCodec.INSTANCE);
        config.useSingleServer().setAddress(setup.uri()).setConnectionMinimumIdleSize(4);
        return Redisson.create(config);
    }
}
