package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class RedisLocatorIT {
    @RegisterExtension
    static final RedisExtension redis = new RedisExtension();

    private static final RedisLocator.ContainerSource NO_DOCKER = (environment, passedOver) -> {
        passedOver.add("no Docker");
        return null;
    };

    private final Map<String, String> properties = new HashMap<>();
    private final Map<String, String> variables = new HashMap<>();

    @TempDir
    private Path folder;

    RedisLocatorIT() {
        for (String name : List.of("os.name", "os.arch", "java.io.tmpdir", "user.name")) {
            properties.put(name, System.getProperty(name));
        }
    }

    @Test
    void a_given_uri_is_used_before_anything_else() {
        variables.put("MILLRACE_REDIS_URI", redis.uri());
        try (RedisServer server = locate((environment, passedOver) -> {
            throw new AssertionError("Docker was asked");
        })) {
            assertThat(server.uri()).isEqualTo(redis.uri());
            assertThat(server.isGiven()).isTrue();
            assertThat(server.describe()).contains("given by millrace.redis.uri");
            assertThatThrownBy(server::kill).hasMessageContaining("Use RedisServer.embedded()");
        }
        assertThat(redis.server().cli("PING")).isEqualTo("PONG");
    }

    @Test
    void the_property_beats_the_environment_variable() {
        properties.put("millrace.redis.uri", redis.uri());
        variables.put("MILLRACE_REDIS_URI", "redis://127.0.0.1:1");
        assertThat(locate(NO_DOCKER).uri()).isEqualTo(redis.uri());
    }

    @Test
    void a_given_uri_that_is_none_is_refused_without_showing_its_password() {
        properties.put("millrace.redis.uri", "redis:secret@host");
        assertThatThrownBy(() -> locate(NO_DOCKER))
                .isInstanceOf(RedisStartException.class)
                .hasMessageContaining("millrace.redis.uri is not a URI like redis://host:port")
                .hasMessageNotContaining("secret");
    }

    @Test
    void a_given_uri_where_nobody_answers_is_not_silently_replaced() {
        properties.put("millrace.redis.uri", "redis://user:secret@127.0.0.1:1");
        assertThatThrownBy(() -> locate(NO_DOCKER))
                .isInstanceOf(RedisStartException.class)
                .hasMessageContaining("No Redis answers at redis://***@127.0.0.1:1")
                .hasMessageNotContaining("secret");
    }

    @Test
    void a_container_is_used_where_docker_answers() {
        List<String> stopped = new ArrayList<>();
        try (RedisServer server = locate((environment, passedOver) ->
                RedisServer.ofContainer(URI.create(redis.uri()), "container", () -> stopped.add("yes")))) {
            assertThat(server.describe()).contains("container");
            assertThat(server.isGiven()).isFalse();
        }
        assertThat(stopped).hasSize(1);
    }

    @Test
    void a_server_on_path_is_used_before_the_embedded_one() throws IOException {
        Path program = EmbeddedBinary.find(Environment.ofThisProcess(), new ArrayList<>())
                .path();
        script("redis-server", "exec " + program + " \"$@\"");
        variables.put("PATH", folder.toString());
        try (RedisServer server = locate(NO_DOCKER)) {
            assertThat(server.describe())
                    .contains(folder + "/redis-server on PATH")
                    .contains("no Docker");
            assertThat(server.cli("INFO", "server")).contains("process_id:" + server.pid());
        }
    }

    @Test
    void a_server_on_path_that_is_too_old_is_passed_over() throws IOException {
        script("redis-server", "echo 'Redis server v=6.0.16 sha=00000000:0 malloc=jemalloc-5.2.1 bits=64'");
        variables.put("PATH", folder.toString());
        try (RedisServer server = locate(NO_DOCKER)) {
            assertThat(server.describe())
                    .contains("embedded")
                    .contains("is not Redis 7.0 or newer (Redis server v=6.0.16");
        }
    }

    @Test
    void without_anything_else_the_embedded_server_runs_and_one_line_says_so() {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(RedisServer.class);
        log.start();
        logger.addAppender(log);
        try (RedisServer server = locate(NO_DOCKER)) {
            assertThat(server.describe())
                    .startsWith("Redis 7.")
                    .contains(server.uri(), "embedded", "millrace.redis.uri not set", "no Docker", "on PATH");
            assertThat(log.list).singleElement().asString().contains("Using " + server.describe());
        } finally {
            logger.detachAppender(log);
        }
    }

    @Test
    void where_there_is_no_redis_at_all_one_line_says_what_was_looked_for() {
        properties.put("os.name", "Windows 11");
        assertThatThrownBy(() -> locate(NO_DOCKER))
                .isInstanceOf(RedisStartException.class)
                .hasMessageStartingWith("No Redis to run against: ")
                .hasMessageContaining("no redis-server or valkey-server on PATH")
                .hasMessageContaining("no embedded redis-server for windows-")
                .hasMessageContaining("-Dmillrace.redis.uri=redis://host:port")
                .message()
                .doesNotContain("\n");
    }

    private RedisServer locate(RedisLocator.ContainerSource containers) {
        return new RedisLocator(new Environment(properties::get, variables::get), containers).locate();
    }

    private void script(String name, String line) throws IOException {
        Path script = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + line + "\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    }
}
