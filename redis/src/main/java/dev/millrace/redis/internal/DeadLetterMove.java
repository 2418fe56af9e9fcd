package dev.millrace.redis.internal;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One move to the dead letters.
 *
 * @param target the dead-letter stream
 * @param fields names and values in turn: the entry's own, then ours
 * @param claim the claim to be released if this entry holds it; null if it has none
 * @param ack whether the entry is settled with this (false while other events of the same entry are under way)
 * @param trimmed whether nobody else can get the entry any more ({@link Ownership#TRIMMED}), so that no owner can be checked
 */
public record DeadLetterMove(
        StreamId id,
        String target,
        List<byte[]> fields,
        @Nullable KeyClaim claim,
        boolean ack,
        boolean trimmed) {}
