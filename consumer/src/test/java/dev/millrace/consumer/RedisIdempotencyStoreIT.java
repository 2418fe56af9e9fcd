package dev.millrace.consumer;

import dev.millrace.redis.internal.GroupOptions;
import dev.millrace.redis.internal.RedisLink;
import dev.millrace.redis.internal.StreamGroup;
import dev.millrace.testkit.RedisExtension;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(60)
class RedisIdempotencyStoreIT extends IdempotencyStoreContract {

    @RegisterExtension
    static final RedisExtension REDIS = new RedisExtension();

    private RedisLink link;

    @BeforeEach
    void connect() {
        REDIS.server().cli("FLUSHALL");
        link = RedisLink.owned(REDIS.server().uri());
    }

    @AfterEach
    void disconnect() {
        link.close();
    }

    @Override
    IdempotencyStore store(int maxRecords) {
        SubscriptionName name = new SubscriptionName("contract", "workers", "consumer");
        StreamGroup group = link.group(new GroupOptions(
                name.stream(), name.group(), name.consumer(), WINDOW, maxRecords, 1_000, Duration.ofSeconds(30)));
        GroupKeeper keeper =
                new GroupKeeper(group, name, () -> null, new ConsumerMeters(null, name, Clock.systemUTC()));
        keeper.createIfMissing(StartFrom.BEGINNING);
        return new RedisIdempotencyStore(group, keeper);
    }
}
