/**
 * Redis for people without Redis, faults on demand, and what a handler's test needs; start at {@link
 * dev.millrace.testkit.RedisExtension}.
 */
@NullMarked
package dev.millrace.testkit;

import org.jspecify.annotations.NullMarked;
