package dev.millrace.redis.internal;

import org.jspecify.annotations.Nullable;

/** The answer to one {@link StreamAppend}: an entry id or a fault, never both. */
public record AppendResult(
        @Nullable String entryId, @Nullable RedisFault fault) {}
