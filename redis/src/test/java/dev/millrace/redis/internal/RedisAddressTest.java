package dev.millrace.redis.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.redis.RedisSetupException;
import io.lettuce.core.RedisURI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedisAddressTest {

    @ParameterizedTest
    @CsvSource({
        "redis://localhost, false, false, 1",
        "rediss://user:p%40ss@localhost:6380/2, true, false, 1",
        "redis-sentinel://a:26379?sentinelMasterId=m, false, false, 1",
        "rediss-sentinel://a:26379?sentinelMasterId=m, true, false, 1",
        "redis-cluster://a:1, false, true, 1",
        "REDIS-CLUSTER://a:1, false, true, 1",
        "'rediss-cluster://u:p@a:1,b:2,c', true, true, 3",
    })
    void every_form_is_read(String uri, boolean tls, boolean cluster, int nodes) {
        RedisAddress address = RedisAddress.parse(uri);

        assertThat(address.cluster()).isEqualTo(cluster);
        assertThat(address.uris()).hasSize(nodes).allMatch(node -> node.isSsl() == tls);
        assertThat(address.uris()).allMatch(node -> node.getTimeout().toSeconds() == 10);
    }

    @Test
    void the_parts_arrive_where_they_belong() {
        RedisURI uri = RedisAddress.parse("rediss://user:p%40ss@localhost:6380/2?timeout=3s")
                .uris()
                .get(0);

        assertThat(uri.getHost()).isEqualTo("localhost");
        assertThat(uri.getPort()).isEqualTo(6380);
        assertThat(uri.getDatabase()).isEqualTo(2);
        assertThat(uri.getTimeout().toSeconds())
                .as("a time-out of the user's own")
                .isEqualTo(3);
        assertThat(new String(uri.getCredentialsProvider()
                        .resolveCredentials()
                        .block()
                        .getPassword()))
                .isEqualTo("p@ss");
    }

    @ParameterizedTest
    @CsvSource({
        "redis://user:secret@localhost:6379/1?timeout=1s, redis://localhost:6379/1",
        "redis://:secret@localhost, redis://localhost",
        "'redis-cluster://u:secret@a:1,b:2', 'redis-cluster://a:1,b:2'",
        "redis://user:sec@ret@localhost, redis://localhost",
    })
    void secrets_are_never_shown(String uri, String shown) {
        assertThat(RedisAddress.parse(uri).text()).isEqualTo(shown);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost:6379",
                "http://user:secret@host",
                "redis:/host",
                "redis://",
                "redis://user:secret@",
                "redis://user:secret@host:notaport",
                "redis://user:sec ret@host",
                "redis-cluster://",
                "redis-sentinel://",
                "redis://user:secret@host:99999999",
                "redis://localhost:0",
                "redis-cluster://a:1,b:00",
                "redis://user:sec#secret@host",
                "redis://user:sec/secret@host",
                "redis://user:sec?secret@host",
                "redis-cluster://user:secret@a:x,b",
            })
    void what_cannot_be_read_is_told_in_one_line_without_secrets(String uri) {
        assertThatThrownBy(() -> RedisAddress.parse(uri))
                .isInstanceOf(RedisSetupException.class)
                .hasNoCause()
                .hasMessageStartingWith("redis: got ")
                .hasMessageContaining("use redis://host:6379")
                .message()
                .doesNotContain("secret")
                .doesNotContain("sec ret")
                .doesNotContain("\n");
    }
}
