package dev.millrace.redis.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerCheckTest {

    private static String judge(String info) {
        return ServerCheck.judge(info.replace(' ', '\n').replace("\n", "\r\n"), false, "redis://h");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis_version:7.0.0", "redis_version:7.0.15 redis_mode:standalone", "redis_version:8.2.1",
                "redis_version:10.0", "redis_version:7.2.4 valkey_version:7.2.0",
                        "valkey_version:8.0.1 redis_version:7.2.4",
                "redis_version:255.255.255", "redis_version:unstable",
            })
    void supported_servers_pass(String info) {
        assertThat(judge("# Server " + info)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis_version:6.2.11", "redis_version:5.0", "redis_version:6"})
    void older_ones_are_refused_with_the_version_found(String info) {
        assertThat(judge(info)).contains("redis://h", "Redis " + info.substring(14) + ";", "7.0", "upgrade");
    }

    @Test
    void an_early_valkey_is_refused_by_its_own_version() {
        assertThat(judge("redis_version:7.2.4 valkey_version:7.1.0")).contains("Valkey 7.1.0");
    }

    @Test
    void a_cluster_node_is_for_cluster_addresses() {
        String info = "redis_version:7.0.15\r\nredis_mode:cluster\r\n";
        assertThat(ServerCheck.judge(info, false, "redis://h")).contains("redis-cluster://");
        assertThat(ServerCheck.judge(info, true, "redis-cluster://h")).isNull();
    }
}
