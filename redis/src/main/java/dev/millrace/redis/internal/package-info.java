/**
 * What publisher and consumer share of the door to Redis, and no part of the API: start at {@link
 * dev.millrace.redis.internal.RedisLink}.
 */
@NullMarked
package dev.millrace.redis.internal;

import org.jspecify.annotations.NullMarked;
