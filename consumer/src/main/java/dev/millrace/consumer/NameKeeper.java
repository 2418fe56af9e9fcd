package dev.millrace.consumer;

import dev.millrace.redis.RedisSetupException;
import dev.millrace.redis.internal.RedisFaultException;
import dev.millrace.redis.internal.StreamGroup;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds our consumer name in one group, so that no two servers that live share one: Redis could not tell whose an entry is.
 * What a process that was killed held becomes free after claim-idle. Thread-safe.
 */
final class NameKeeper {

    private static final Logger log = LoggerFactory.getLogger(NameKeeper.class);

    private final StreamGroup group;
    private final SubscriptionName name;
    private final ConsumerMeters meters;
    private final Duration time;
    private volatile boolean asked;
    private volatile boolean superseded;

    NameKeeper(StreamGroup group, SubscriptionName name, ConsumerMeters meters, Duration claimIdle) {
        this.group = group;
        this.name = name;
        this.meters = meters;
        this.time = claimIdle;
    }

    /**
     * At the start.
     *
     * @throws IllegalStateException if another server has the name: which, and how to mend it
     * @throws RedisSetupException if Redis does not answer
     */
    void take() {
        Duration others = askFirst();
        if (others != null) {
            asked = false;
            throw new IllegalStateException("consumer: got '" + name.consumer() + "'; another server reads stream "
                    + name.stream() + " through group " + name.group()
                    + " under this name, or did when it was killed: give each server a name of its own, as the default is,"
                    + " or start again in " + others.toMillis() + " ms");
        }
    }

    private @Nullable Duration askFirst() {
        asked = true;
        try {
            return group.holdName(time);
        } catch (RedisFaultException e) {
            throw new RedisSetupException(
                    "redis: consumer name " + name.consumer() + " cannot be held in group " + name.group()
                            + " of stream " + name.stream() + " (" + e.getMessage()
                            + "); see to it that Redis can do that, and start again",
                    e);
        }
    }

    /** From time to time: goes on holding it, or takes it back when it has become free again. */
    void keep() {
        boolean others = group.holdName(time) != null;
        if (others && !superseded) {
            meters.count(Counted.NAME_LOST);
            log.error(
                    "{}: another server has taken the consumer name {} while this one was silent for longer than {}:"
                            + " this one reads nothing until that one ends. Give each server a name of its own",
                    name,
                    name.consumer(),
                    time);
        }
        superseded = others;
    }

    /** Whether another server has it by now: then we must not read under it. */
    boolean superseded() {
        return superseded;
    }

    /** Lets go of it, and removes it from the group if nothing is pending under it; again has no effect. */
    void leave() {
        if (!asked) {
            return;
        }
        asked = false;
        try {
            boolean gone = group.removeConsumer();
            log.debug("{}: consumer name {} removed: {}", name, name.consumer(), gone);
        } catch (RuntimeException e) {
            log.debug("{}: could not remove consumer name {}", name, name.consumer(), e);
        }
    }

    /** Removes names from the group that nobody has used for this long. */
    void removeIdle(Duration idle) {
        List<String> removed = group.removeIdle(idle);
        if (!removed.isEmpty()) {
            log.info("{}: removed the names of {} consumers that were long silent: {}", name, removed.size(), removed);
            meters.count(Counted.NAMES_REMOVED, removed.size());
        }
    }
}
