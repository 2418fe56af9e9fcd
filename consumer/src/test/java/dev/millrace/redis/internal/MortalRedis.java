package dev.millrace.redis.internal;

import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.protocol.RedisCommand;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A real Redis as seen by one life of a server, which may end before or after any command that changes something: whoever is
 * told of a step may throw, and then the command is not sent, or its answer is not seen. Lives share one client.
 */
public final class MortalRedis implements AutoCloseable {

    private static final Map<String, String> SCRIPTS = new HashMap<>();

    static {
        know("create", Script.CREATE);
        know("claim", Script.CLAIM);
        know("touch", Script.TOUCH);
        know("take", Script.TAKE);
        know("dead_letter", Script.DEAD_LETTER);
        know("settle_dead", Script.SETTLE_DEAD);
        know("hold_name", Script.HOLD_NAME);
        know("remove_consumer", Script.REMOVE_CONSUMER);
        know("redrive", Script.REDRIVE);
    }

    private final Connector real;

    private MortalRedis(Connector real) {
        this.real = real;
    }

    private static void know(String name, Script script) {
        SCRIPTS.put(Base64.getEncoder().encodeToString(script.sha()), name);
        SCRIPTS.put(Base64.getEncoder().encodeToString(script.body()), name);
    }

    /** A client for the server at this address. */
    public static MortalRedis at(String uri) {
        return new MortalRedis(StandaloneConnector.owned(RedisAddress.parse(uri)));
    }

    /**
     * A door for one server.
     *
     * @param steps told {@code before x} and {@code after x}, x being read, ack, or the name of a script
     */
    public RedisLink link(Consumer<String> steps) {
        return new LettuceLink(mortal(real, steps));
    }

    @Override
    public void close() {
        real.shutdown();
    }

    /** Its connections tell of their steps; the client, which is shared, is not shut down. */
    private static Connector mortal(Connector real, Consumer<String> steps) {
        return proxy(Connector.class, (proxy, method, args) -> switch (method.getName()) {
            case "connect" -> mortal((StatefulConnection<?, ?>) call(real, method, args), steps);
            case "shutdown" -> null;
            default -> call(real, method, args);
        });
    }

    private static StatefulConnection<?, ?> mortal(StatefulConnection<?, ?> real, Consumer<String> steps) {
        return proxy(StatefulConnection.class, (proxy, method, args) -> invoke(real, method, args, steps));
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(MortalRedis.class.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static @Nullable Object invoke(
            Object connection, Method method, Object @Nullable [] args, Consumer<String> steps) throws Throwable {
        RedisCommand<?, ?, ?> last = method.getName().equals("dispatch") && args != null ? lastOf(args[0]) : null;
        String step = last == null ? null : stepOf(last);
        if (step == null) {
            return call(connection, method, args);
        }
        steps.accept("before " + step);
        Object result = call(connection, method, args);
        if (broughtSomething((CompletableFuture<?>) last)) {
            steps.accept("after " + step);
        }
        return result;
    }

    private static @Nullable RedisCommand<?, ?, ?> lastOf(Object dispatched) {
        Object last = dispatched;
        for (Object one : dispatched instanceof Collection<?> many ? many : Arrays.asList(dispatched)) {
            last = one;
        }
        return last instanceof CompletableFuture<?> && last instanceof RedisCommand<?, ?, ?> command ? command : null;
    }

    private static @Nullable String stepOf(RedisCommand<?, ?, ?> command) {
        return switch (command.getType().toString()) {
            case "XREADGROUP" -> "read";
            case "XACK" -> "ack";
            case "EVAL", "EVALSHA" ->
                SCRIPTS.get(command.getArgs().toCommandString().split(" ", 2)[0]);
            default -> null;
        };
    }

    /** Waits for the answer, as whoever sent the command would. */
    private static boolean broughtSomething(CompletableFuture<?> answer) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    Object result = answer.get(5, TimeUnit.SECONDS);
                    return !(result instanceof Collection<?> some && some.isEmpty())
                            && !(result instanceof Map<?, ?> map && map.isEmpty());
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException | TimeoutException e) {
                    return false;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static @Nullable Object call(Object target, Method method, Object @Nullable [] args) throws Throwable {
        try {
            return method.invoke(target, args);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
