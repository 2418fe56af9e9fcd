/** The one door to Redis: connections, topologies, stream commands; start at {@link dev.millrace.redis.Redis}. */
@NullMarked
package dev.millrace.redis;

import org.jspecify.annotations.NullMarked;
