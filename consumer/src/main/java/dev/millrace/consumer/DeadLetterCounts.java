package dev.millrace.consumer;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How many dead letters there are, and of which kind; each map begins with its largest number. Immutable.
 *
 * @param total all that match
 * @param byType by event type; {@code (unreadable)} for what cannot be read as an event
 * @param byReason by {@link DeadLetterReason}'s name; {@code (unknown)} for what somebody else wrote
 * @param byException by the class of what the handler threw; {@code (none)} where nothing was thrown
 * @param byGroup by the group for which they failed
 * @param oldest when the oldest died; null if there is none
 * @param newest when the newest died; null if there is none
 */
public record DeadLetterCounts(
        long total,
        Map<String, Long> byType,
        Map<String, Long> byReason,
        Map<String, Long> byException,
        Map<String, Long> byGroup,
        @Nullable Instant oldest,
        @Nullable Instant newest) {}
