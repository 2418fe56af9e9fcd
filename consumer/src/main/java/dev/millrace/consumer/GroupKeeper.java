package dev.millrace.consumer;

import dev.millrace.redis.RedisSetupException;
import dev.millrace.redis.internal.GroupState;
import dev.millrace.redis.internal.RedisFault;
import dev.millrace.redis.internal.RedisFaultException;
import dev.millrace.redis.internal.StreamGroup;
import dev.millrace.redis.internal.StreamId;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates the group, and again when somebody removed it (FLUSHALL, eviction, a deleted stream). Thread-safe. */
final class GroupKeeper {

    private static final Logger log = LoggerFactory.getLogger(GroupKeeper.class);

    private final StreamGroup group;
    private final SubscriptionName name;
    private final Supplier<@Nullable StreamId> lowestInFlight;
    private final ConsumerMeters meters;
    private volatile String epoch = "";
    private volatile @Nullable StreamId lastSeen;

    GroupKeeper(
            StreamGroup group,
            SubscriptionName name,
            Supplier<@Nullable StreamId> lowestInFlight,
            ConsumerMeters meters) {
        this.group = group;
        this.name = name;
        this.lowestInFlight = lowestInFlight;
        this.meters = meters;
    }

    /**
     * At the start, when what Redis refuses is for the user to mend.
     *
     * @throws RedisSetupException in one line: what, where, how to mend it
     */
    void createIfMissing(StartFrom startFrom) {
        GroupState state = createFirst(startFrom);
        epoch = state.epoch();
        if (state.created()) {
            log.info("created group {} of stream {} from {}", name.group(), name.stream(), startFrom);
        }
    }

    private GroupState createFirst(StartFrom startFrom) {
        try {
            return group.create(startFrom.position());
        } catch (RedisFaultException e) {
            String mend = e.fault().kind() == RedisFault.Kind.WRONGTYPE
                    ? "another kind of key has the stream's name: read another stream, or delete that key"
                    : "see to it that Redis can do that, and start again";
            throw new RedisSetupException(
                    "redis: group " + name.group() + " of stream " + name.stream() + " cannot be created ("
                            + e.getMessage() + "); " + mend,
                    e);
        }
    }

    /** Puts a removed group back to where it was, as far as this process knows: rather twice than never. */
    synchronized void recreate() {
        String position = lastKnownPosition();
        GroupState state = group.create(position);
        epoch = state.epoch();
        if (state.created()) {
            meters.count(Counted.GROUP_RECREATED);
            log.warn(
                    "group {} of stream {} was gone: recreated it, reading on after {}",
                    name.group(),
                    name.stream(),
                    position);
        }
    }

    private String lastKnownPosition() {
        StreamId seen = lastSeen;
        StreamId lowest = lowestInFlight.get();
        if (seen == null) {
            return StreamId.MIN.toString();
        }
        if (lowest == null || lowest.compareTo(seen) > 0) {
            return seen.toString();
        }
        return lowest.previous().toString();
    }

    void seen(StreamId id) {
        lastSeen = id;
    }

    /** The last that was read, or null if nothing was. */
    @Nullable
    StreamId lastSeen() {
        return lastSeen;
    }

    SubscriptionName name() {
        return name;
    }

    /** Names the group's present life, to the claims. */
    String epoch() {
        return epoch;
    }

    /** Trimmed or deleted while pending: nobody can handle them any more, so say it loudly; but a copy may be handled. */
    void lost(List<StreamId> missing) {
        if (missing.isEmpty()) {
            return;
        }
        meters.count(Counted.LOST, missing.size());
        LogPairs.about(log.atError(), name, missing.get(0))
                .log(
                        "{}: {} pending entries are no longer in the stream and are lost, the first is {}",
                        name,
                        missing.size(),
                        missing.get(0));
        try {
            group.claims().releaseLost(epoch, missing);
        } catch (RedisFaultException e) {
            log.warn(
                    "{}: idempotency claims of lost entries could not be released; until their window has passed, copies are"
                            + " duplicates: {}",
                    name,
                    e.getMessage());
        }
    }
}
