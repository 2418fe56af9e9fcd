package dev.millrace.redis.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.resource.ClientResources;
import java.lang.reflect.Field;
import java.util.List;
import org.junit.jupiter.api.Test;

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
}
