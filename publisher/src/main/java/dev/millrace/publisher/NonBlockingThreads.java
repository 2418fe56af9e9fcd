package dev.millrace.publisher;

import java.util.Set;

/** Knows event loops by their thread's class: Netty's (Lettuce, Vert.x) and Reactor's. They must never wait. */
final class NonBlockingThreads {

    private static final Set<String> NAMES =
            Set.of("io.netty.util.concurrent.FastThreadLocalThread", "reactor.core.scheduler.NonBlocking");

    private static final ClassValue<Boolean> NON_BLOCKING = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> threadClass) {
            return isOne(threadClass);
        }
    };

    private NonBlockingThreads() {}

    static boolean isCurrent() {
        return NON_BLOCKING.get(Thread.currentThread().getClass());
    }

    private static boolean isOne(Class<?> type) {
        for (Class<?> step = type; step != null; step = step.getSuperclass()) {
            if (NAMES.contains(step.getName())) {
                return true;
            }
            for (Class<?> marker : step.getInterfaces()) {
                if (NAMES.contains(marker.getName())) {
                    return true;
                }
            }
        }
        return false;
    }
}
