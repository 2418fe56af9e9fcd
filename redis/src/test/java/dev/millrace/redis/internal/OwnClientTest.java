package dev.millrace.redis.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisClient;
import io.lettuce.core.resource.ClientResources;
import java.lang.reflect.Field;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class OwnClientTest {

    /** Lettuce warns of what it finds forgotten when that is collected, minutes after the close of a publisher. */
    @Test
    void what_was_closed_is_not_said_to_have_been_forgotten() throws Exception {
        OwnClient client = new OwnClient();
        ClientResources appending = client.manyReplies();
        Field ended = appending.getClass().getDeclaredField("shutdownCalled");
        ended.setAccessible(true);
        assertThat(ended.get(appending)).isEqualTo(false);
        client.shutdown(List.of());
        assertThat(ended.get(appending)).isEqualTo(true);
        assertThat(ended.get(client.resources())).isEqualTo(true);
    }

    @Test
    @Timeout(30)
    void a_close_ends_although_a_client_of_lettuces_does_not() {
        Stuck stuck = new Stuck();
        new OwnClient().shutdown(List.of(stuck));
        assertThat(stuck.asked).isTrue();
        var unused = stuck.getResources().shutdown(0, 0, TimeUnit.MILLISECONDS);
    }

    /** Never ends. */
    private static final class Stuck extends RedisClient {

        private boolean asked;

        @Override
        public CompletableFuture<Void> shutdownAsync(long quietPeriod, long timeout, TimeUnit unit) {
            asked = true;
            return new CompletableFuture<>();
        }
    }
}
