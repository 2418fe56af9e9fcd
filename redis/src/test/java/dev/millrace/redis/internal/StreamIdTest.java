package dev.millrace.redis.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamIdTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0-0",
                "0-1",
                "9-10",
                "1732200930123-0",
                "1732200930123-499",
                "9223372036854775807-9223372036854775807",
                "9223372036854775808-1",
                "1-18446744073709551615",
                "18446744073709551615-18446744073709551615"
            })
    void an_id_is_read_and_written_as_redis_writes_it(String text) {
        StreamId id = StreamId.parse(text);

        assertThat(id).hasToString(text);
        assertThat(StreamId.read(ByteBuffer.wrap(text.getBytes(US_ASCII)))).isEqualTo(id);
        assertThat(new String(id.ascii(), US_ASCII)).isEqualTo(text);
    }
}
