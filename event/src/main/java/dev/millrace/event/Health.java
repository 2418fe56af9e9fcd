package dev.millrace.event;

import java.time.Instant;

/**
 * Whether a publisher or a server gets on with its work; immutable.
 *
 * @param up whether it does
 * @param reason why it does not, in one line without content of events; empty if it does
 * @param since since when this is so
 */
public record Health(boolean up, String reason, Instant since) {

    /** Refuses a reason without need, and none where one is needed. */
    public Health {
        if (up != reason.isEmpty()) {
            throw new IllegalArgumentException("reason: got '" + reason + "' for up = " + up
                    + "; give one for what is down, and the empty text for what is up");
        }
    }

    /** It gets on since then. */
    public static Health up(Instant since) {
        return new Health(true, "", since);
    }

    /** It does not, since then, for this reason. */
    public static Health down(String reason, Instant since) {
        return new Health(false, reason, since);
    }
}
