package dev.millrace.testkit;

import java.net.URI;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/** The one class that needs Testcontainers; loaded only where Docker answers. */
final class RedisContainer {
    private static final String IMAGE_PROPERTY = "millrace.redis.image";
    private static final String IMAGE = "redis:7.0.15-alpine";
    private static final int PORT = 6379;

    private RedisContainer() {}

    static RedisServer start(Environment environment) {
        String given = environment.setting(IMAGE_PROPERTY);
        String image = given == null ? IMAGE : given;
        GenericContainer<?> container = new GenericContainer<>(DockerImageName.parse(image))
                .withExposedPorts(PORT)
                .withCommand("--save", "");
        try {
            container.start();
            URI uri = URI.create("redis://" + container.getHost() + ":" + container.getMappedPort(PORT));
            return RedisServer.ofContainer(uri, "container of " + image, container::stop);
        } catch (RuntimeException e) {
            container.stop();
            throw e;
        }
    }
}
