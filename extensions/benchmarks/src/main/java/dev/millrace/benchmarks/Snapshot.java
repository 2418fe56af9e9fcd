package dev.millrace.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import dev.millrace.benchmarks.report.Figure;
import dev.millrace.testkit.RedisServer;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Method;
import java.util.EnumMap;
import java.util.Map;

/**
 * What this process and Redis have used up to a moment.
 *
 * @param nanos the moment
 * @param clientCpu nanoseconds of this process
 * @param redisCpu microseconds of Redis
 * @param allocated bytes by all threads of this process
 */
record Snapshot(long nanos, long clientCpu, double redisCpu, long allocated) {

    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Before the timed section: Redis is asked first, so that asking is not in it. */
    static Snapshot begin(RedisServer redis) {
        double cpu = redisCpu(redis);
        return new Snapshot(System.nanoTime(), PROCESS.getProcessCpuTime(), cpu, allocatedBytes());
    }

    /** After it. */
    static Snapshot end(RedisServer redis) {
        long now = System.nanoTime();
        return new Snapshot(now, PROCESS.getProcessCpuTime(), redisCpu(redis), allocatedBytes());
    }

    /** What lies between this one and a later one, an event. */
    Map<Figure, Double> until(Snapshot later, long events) {
        Map<Figure, Double> figures = new EnumMap<>(Figure.class);
        figures.put(Figure.RATE, events * 1e9 / (later.nanos - nanos));
        figures.put(Figure.CLIENT_CPU, (later.clientCpu - clientCpu) / 1e3 / events);
        figures.put(Figure.REDIS_CPU, (later.redisCpu - redisCpu) / events);
        figures.put(Figure.ALLOCATED, (double) (later.allocated - allocated) / events);
        return figures;
    }

    private static double redisCpu(RedisServer redis) {
        String info = redis.cli("INFO", "cpu");
        return (InfoText.number(info, "used_cpu_user") + InfoText.number(info, "used_cpu_sys")) * 1e6;
    }

    /**
     * From JDK 21 on the JVM's own sum, with ended threads and virtual ones. Before that, the sum over the threads that live;
     * no contender ends one within the timed section that has allocated much.
     */
    private static long allocatedBytes() {
        try {
            Method total = ThreadMXBean.class.getMethod("getTotalThreadAllocatedBytes");
            return (long) total.invoke(THREADS);
        } catch (ReflectiveOperationException e) {
            long sum = 0;
            for (long bytes : THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds())) {
                sum += Math.max(0, bytes);
            }
            return sum;
        }
    }
}
