package dev.millrace.consumer;

import dev.millrace.testkit.RedisExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A stream with dead letters, and a server that makes more of them. */
@Timeout(180)
abstract class DeadLetterTests {

    @RegisterExtension
    static final RedisExtension REDIS = new RedisExtension();

    static final DeadLetterFilter ALL = DeadLetterFilter.all();

    TestStream stream;
    DeadLetters letters;

    @BeforeEach
    void open() {
        stream = new TestStream(REDIS.server());
        letters = DeadLetters.open(REDIS.uri(), stream.name());
    }

    @AfterEach
    void close() {
        letters.close();
    }

    /** Writes dead letters as a server does, without one. */
    List<String> bury(int count, String type) {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add(stream.bury(type, "{\"n\":" + i + "}", TestStream.GROUP, "RETRIES_EXHAUSTED"));
        }
        return ids;
    }

    void group(String name) {
        REDIS.server().cli("XGROUP", "CREATE", stream.name(), name, "$", "MKSTREAM");
    }

    long length() {
        return Long.parseLong(REDIS.server().cli("XLEN", stream.name()).trim());
    }

    ConsumerServer failing(String group, AtomicInteger calls, Set<Object> broken) {
        return stream.server(group)
                .retry(RetryPolicy.none())
                .idempotency(IdempotencyPolicy.byHash().window(Duration.ofSeconds(1)))
                .build()
                .addHandler("**", Map.class, (body, header) -> {
                    calls.incrementAndGet();
                    if (broken.contains(body.get("n"))) {
                        throw new IllegalStateException("no such customer");
                    }
                });
    }
}
