package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SharedRedisIT {
    @RegisterExtension
    static final RedisExtension redis = new RedisExtension();

    private static final Environment PLAIN = environment(Map.of());

    private static RedisServer theirs;

    @BeforeAll
    static void somebody_runs_a_redis() {
        theirs = RedisServer.embedded();
    }

    @AfterAll
    static void somebody_ends_it() {
        theirs.close();
    }

    @BeforeEach
    void it_is_empty() {
        theirs.cli("FLUSHALL");
    }

    @RepeatedTest(2)
    void no_test_sees_what_another_has_written(RedisServer server) {
        assertThat(server).isSameAs(redis.server());
        assertThat(server.cli("DBSIZE")).isEqualTo("0");
        server.cli("SET", "left", "behind");
    }

    @Test
    void a_given_database_that_holds_data_is_not_emptied() {
        theirs.cli("SET", "precious", "data");
        SharedRedis shared = SharedRedis.of(given(theirs.uri()), PLAIN);
        assertThatThrownBy(shared::empty)
                .hasMessageContaining("this one holds 1 keys")
                .hasMessageContaining("-Dmillrace.redis.flush=true");
        shared.close();
        assertThat(theirs.cli("GET", "precious")).isEqualTo("data");
    }

    @Test
    void a_given_database_that_is_empty_at_first_is_left_empty_and_its_neighbours_alone() {
        SharedRedis shared = SharedRedis.of(given(theirs.uri() + "/3"), PLAIN);
        theirs.cli("SET", "neighbour", "data");
        shared.server().cli("SET", "k", "v");
        shared.close();
        assertThat(shared.server().cli("DBSIZE")).isEqualTo("0");
        assertThat(theirs.cli("GET", "neighbour")).isEqualTo("data");
    }

    @Test
    void a_given_database_is_emptied_where_that_is_allowed() {
        theirs.cli("SET", "k", "v");
        SharedRedis shared = SharedRedis.of(given(theirs.uri()), environment(Map.of("MILLRACE_REDIS_FLUSH", "true")));
        assertThatCode(shared::empty).doesNotThrowAnyException();
        assertThat(theirs.cli("DBSIZE")).isEqualTo("0");
    }

    private static RedisServer given(String uri) {
        return RedisServer.ofGiven(URI.create(uri), "given");
    }

    private static Environment environment(Map<String, String> variables) {
        return new Environment(name -> null, variables::get);
    }
}
