package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.consumer.IdempotencyStore.Holder;
import dev.millrace.redis.internal.GroupOptions;
import dev.millrace.redis.internal.RedisLink;
import dev.millrace.redis.internal.StreamGroup;
import dev.millrace.testkit.RedisExtension;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
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

    /** As if the dead letter had been written and the process had died before it settled the entry. */
    private static void giveUp() {
        REDIS.server()
                .cli(
                        "EVAL",
                        "for _, key in ipairs(redis.call('KEYS', '{contract}:group:workers:claims:*')) do "
                                + "if redis.call('TYPE', key).ok == 'hash' then local all = redis.call('HGETALL', key) "
                                + "for i = 1, #all, 2 do if string.match(all[i + 1], '^%w+%-%w+%-%w+$') then redis.call('HSET', key, all[i], '!' .. all[i + 1]) end end end end",
                        "0");
    }

    @Test
    void the_mark_of_an_entry_that_was_given_up_holds_up_no_other_entry_of_its_batch() throws Exception {
        IdempotencyStore store = store(1_000_000);
        assertThat(holder(store, claim(NOW, 1))).isNull();
        giveUp();
        assertThat(store.claim(List.of(claim(NOW, 1), claim(NOW + 1, 1))))
                .containsExactly(new Holder(NOW + "-0", true), null);
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
