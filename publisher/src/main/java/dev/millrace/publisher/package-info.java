/** Batches and sends events; start at {@link dev.millrace.publisher.EventPublisher}. */
@NullMarked
package dev.millrace.publisher;

import org.jspecify.annotations.NullMarked;
