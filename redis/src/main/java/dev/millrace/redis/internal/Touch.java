package dev.millrace.redis.internal;

/**
 * One entry to be refreshed.
 *
 * @param deliveryCount what to write as the delivery count, or {@link #KEEP}
 */
public record Touch(StreamId id, long deliveryCount) {

    public static final long KEEP = -1;

    public static Touch keepAlive(StreamId id) {
        return new Touch(id, KEEP);
    }
}
