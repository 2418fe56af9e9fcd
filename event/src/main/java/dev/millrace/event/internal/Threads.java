package dev.millrace.event.internal;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Threads by name: platform daemons, and virtual ones where the JVM has them (21 and later). Thread-safe. */
public final class Threads {

    private static final @Nullable VirtualThreads VIRTUAL = VirtualThreads.find();

    private Threads() {}

    /**
     * Daemon platform threads named prefix and a running number from 0.
     *
     * @param prefix the name's beginning, for instance {@code millrace-fetch-}
     * @return a factory
     */
    public static ThreadFactory daemon(String prefix) {
        AtomicLong number = new AtomicLong();
        return task -> {
            Thread thread = new Thread(task, prefix + number.getAndIncrement());
            thread.setDaemon(true);
            return thread;
        };
    }

    /**
     * Whether this JVM has virtual threads.
     *
     * @return true from Java 21
     */
    public static boolean virtualAvailable() {
        return VIRTUAL != null;
    }

    /**
     * Virtual threads where the JVM has them, daemon platform threads elsewhere; named like {@link #daemon}.
     *
     * @param prefix the name's beginning
     * @return a factory
     */
    public static ThreadFactory virtualOrDaemon(String prefix) {
        return VIRTUAL == null ? daemon(prefix) : VIRTUAL.factory(prefix);
    }

    /**
     * An executor with a virtual thread for each task, or a pool of so many daemon platform threads with an unbounded
     * queue: what bounds the tasks is up to the caller.
     *
     * @param prefix the threads' name's beginning
     * @param boundOnPlatform the most threads where there are no virtual ones, at least 1
     * @return an executor that the caller closes
     */
    public static ExecutorService perTask(String prefix, int boundOnPlatform) {
        return VIRTUAL == null
                ? Executors.newFixedThreadPool(boundOnPlatform, daemon(prefix))
                : VIRTUAL.executor(VIRTUAL.factory(prefix));
    }

    /** Method handles, since the build's baseline is Java 17: {@code Thread.ofVirtual().name(p, 0).factory()}. */
    private record VirtualThreads(
            MethodHandle ofVirtual, MethodHandle name, MethodHandle factory, MethodHandle executor) {

        static @Nullable VirtualThreads find() {
            if (Runtime.version().feature() < 21) {
                return null; // 19 and 20 have them as a preview that throws
            }
            try {
                MethodHandles.Lookup lookup = MethodHandles.publicLookup();
                Class<?> builder = Class.forName("java.lang.Thread$Builder$OfVirtual");
                return new VirtualThreads(
                        lookup.findStatic(Thread.class, "ofVirtual", MethodType.methodType(builder)),
                        lookup.findVirtual(builder, "name", MethodType.methodType(builder, String.class, long.class)),
                        lookup.findVirtual(builder, "factory", MethodType.methodType(ThreadFactory.class)),
                        lookup.findStatic(
                                Executors.class,
                                "newThreadPerTaskExecutor",
                                MethodType.methodType(ExecutorService.class, ThreadFactory.class)));
            } catch (ReflectiveOperationException e) {
                return null;
            }
        }

        ThreadFactory factory(String prefix) {
            return (ThreadFactory) call(factory, call(name, call(ofVirtual), prefix, 0L));
        }

        ExecutorService executor(ThreadFactory threads) {
            return (ExecutorService) call(executor, threads);
        }

        private static Object call(MethodHandle handle, Object... arguments) {
            try {
                return handle.invokeWithArguments(arguments);
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException("virtual threads cannot be had from this Java runtime", e);
            }
        }
    }
}
