/** Fetches, handles, settles: a worker's side of Millrace; start at {@link dev.millrace.consumer.ConsumerServer}. */
@NullMarked
package dev.millrace.consumer;

import org.jspecify.annotations.NullMarked;
