package dev.millrace.publisher;

import static dev.millrace.redis.internal.RedisFault.Kind.OOM;
import static dev.millrace.redis.internal.RedisFault.Kind.READONLY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.redis.internal.AppendResult;
import dev.millrace.redis.internal.RedisFault;
import dev.millrace.redis.internal.StreamAppend;
import dev.millrace.redis.internal.StreamAppender;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RedisTargetTest {

    private final FakeAppender appender = new FakeAppender();
    private final RedisTarget target = new RedisTarget(appender, false);

    @Test
    void a_server_that_stays_read_only_is_left_for_whoever_has_its_name_now() {
        for (int batch = 0; batch < RedisTarget.READ_ONLY_BATCHES; batch++) {
            send();
            assertThat(appender.reconnects).isZero();
            answer(READONLY);
        }
        send();
        assertThat(appender.reconnects).isEqualTo(1);
        answer(READONLY);
        send();
        assertThat(appender.reconnects).as("the new one is given as many tries").isEqualTo(1);
    }

    @Test
    void a_reconnect_waits_until_nothing_is_in_flight() {
        for (int batch = 0; batch <= RedisTarget.READ_ONLY_BATCHES; batch++) {
            send();
        }
        for (int batch = 0; batch < RedisTarget.READ_ONLY_BATCHES; batch++) {
            answer(READONLY);
        }
        send();
        assertThat(appender.reconnects).isZero();
        answer(READONLY);
        answer(READONLY);
        send();
        assertThat(appender.reconnects).isEqualTo(1);
    }

    @Test
    void what_another_server_would_not_help_against_is_no_reason_to_reconnect() {
        for (int batch = 0; batch < 10; batch++) {
            send();
            answer(batch % 3 == 2 ? OOM : READONLY);
        }
        assertThat(appender.reconnects).isZero();
    }

    private void send() {
        CompletableFuture<?> unused = target.send(List.of(), Duration.ofSeconds(1));
    }

    private void answer(RedisFault.Kind kind) {
        appender.sent.removeFirst().complete(List.of(FakeTarget.fault(kind)));
    }

    private static final class FakeAppender implements StreamAppender {

        private final Deque<CompletableFuture<List<AppendResult>>> sent = new ArrayDeque<>();
        private int reconnects;

        @Override
        public CompletableFuture<List<AppendResult>> append(List<StreamAppend> batch, Sending sending) {
            CompletableFuture<List<AppendResult>> answer = new CompletableFuture<>();
            sent.add(answer);
            return answer;
        }

        @Override
        public CompletableFuture<Void> ping(Duration timeout) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void reconnect() {
            reconnects++;
        }

        @Override
        public long generation() {
            return 0;
        }

        @Override
        public void close() {}
    }
}
