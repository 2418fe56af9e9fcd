package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** An application that never heard of resilience4j, which is optional. */
class MissingResilience4jTest {

    /** Loads the server's classes anew, and finds no resilience4j. */
    private static final class WithoutLibrary extends ClassLoader {

        WithoutLibrary() {
            super(MissingResilience4jTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("io.github.resilience4j")) {
                throw new ClassNotFoundException(name);
            }
            Class<?> known = findLoadedClass(name);
            if (known != null || !name.startsWith("dev.millrace.consumer.")) {
                return known != null ? known : super.loadClass(name, resolve);
            }
            String path = name.replace('.', '/') + ".class";
            try (InputStream in = Objects.requireNonNull(getParent().getResourceAsStream(path), path)) {
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }

    /** What such an application does; run by the other class loader. */
    public static final class Application implements Runnable {
        @Override
        public void run() {
            ConsumerServer server = ConsumerServer.builder().redis("redis://localhost:1").stream("order-events")
                    .group("shipping")
                    .build();
            server.addHandler(
                    "order.paid",
                    Object.class,
                    (body, header) -> {},
                    HandlerOptions.defaults().priority(1).background(2));
            try {
                server.start();
            } catch (dev.millrace.redis.RedisSetupException e) {
                return;
            }
            throw new IllegalStateException("started without Redis");
        }
    }

    @Test
    void the_server_works_without_it() throws Exception {
        Class<?> application = new WithoutLibrary().loadClass(Application.class.getName());
        assertThat(application).isNotSameAs(Application.class);
        ((Runnable) application.getDeclaredConstructor().newInstance()).run();
    }
}
