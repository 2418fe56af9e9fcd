package dev.millrace.benchmarks;

import java.util.List;
import java.util.Map;

/**
 * What one child JVM does, once a round; or one of several slices in it.
 *
 * @param kind what is done
 * @param workload the same for all who are compared
 * @param contender who does it, as the results call it
 * @param who the contender's implementation
 * @param events in the timed section
 * @param warmUp events before it
 * @param options what sets the trial apart, by name
 * @param jvm arguments of the child JVM
 */
record Trial(
        Kind kind,
        String workload,
        String contender,
        String who,
        long events,
        long warmUp,
        Map<String, String> options,
        List<String> jvm) {

    /** What is done. */
    enum Kind {
        PUBLISH,
        CONSUME,
        LATENCY
    }

    /** Orders that still wait when the timed section ends, and are handled after it; usually none. */
    long backlog() {
        return Long.parseLong(options.getOrDefault("backlog", "0"));
    }

    /** Whether it shares its JVM with all others of its workload, and they take turns in slices. */
    boolean sliced() {
        return "on".equals(options.get("sliced"));
    }

    /** Timed and not. */
    long total() {
        return warmUp + events + backlog();
    }

    /** The same for a part of the events, and of those before them: for tests, and for what takes minutes or gigabytes. */
    Trial scaled(double share) {
        return scaled(share, share);
    }

    /** The same for a part of the events and another one of those before them: a slow contender has no less to compile. */
    Trial scaled(double share, double shareBefore) {
        long timed = Math.max(1, Math.round(events * share));
        long before = Math.max(1, Math.round(warmUp * shareBefore));
        return new Trial(kind, workload, contender, who, timed, before, options, jvm);
    }

    /** The same with as many events as fill whole pipelines of this size, at least one. */
    Trial inPipelinesOf(int size) {
        long timed = Math.max(1, events / size) * size;
        long before = Math.max(1, warmUp / size) * size;
        return new Trial(kind, workload, contender, who, timed, before, options, jvm);
    }

    /** A part of its events, after just so many that connections and buffers are there. */
    Trial slice(int parts) {
        long timed = Math.max(1, events / parts);
        return new Trial(kind, workload, contender, who, timed, Math.max(1, timed / 10), options, jvm);
    }

    /** The same under another name, in a JVM with these arguments. */
    Trial in(List<String> otherJvm, String name) {
        return new Trial(kind, workload, name, who, events, warmUp, options, otherJvm);
    }

    /** A name for files and messages. */
    String name() {
        return workload + " by " + contender;
    }
}
