package dev.millrace.redis.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.redis.Redis;
import dev.millrace.testkit.RedisExtension;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SplitAppendIT {

    @RegisterExtension
    static final RedisExtension REDIS = new RedisExtension();

    @Test
    void header_and_body_arrive_in_fields_of_their_own_between_entries_with_one() throws Exception {
        byte[] binary = {0, '\r', '\n', (byte) 0xFF};
        try (Redis redis = Redis.connect(REDIS.uri());
                StreamAppender appender = RedisLink.of(redis).appender()) {
            List<AppendResult> results = appender.append(
                            List.of(
                                    new StreamAppend("split", bytes("one")),
                                    new StreamAppend("split", bytes("{}"), binary),
                                    new StreamAppend("split", bytes("{\"é\":1}"), new byte[0]),
                                    new StreamAppend("split", bytes("two"))),
                            Duration.ofSeconds(20))
                    .get();
            assertThat(results).extracting(AppendResult::fault).containsOnlyNulls();
        }
        assertThat(REDIS.server()
                        .cli("XRANGE", "split", "-", "+")
                        .lines()
                        .filter(line -> !line.matches("[0-9]+-[0-9]+")))
                .startsWith("data", "one", "header", "{}", "body")
                .containsSubsequence("header", "{\"é\":1}", "body", "data", "two");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
