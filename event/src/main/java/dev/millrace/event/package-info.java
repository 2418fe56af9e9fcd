/**
 * What travels: an event, its header, its body's bytes, and the delivery a handler sees; start at {@link
 * dev.millrace.event.Event}.
 */
@NullMarked
package dev.millrace.event;

import org.jspecify.annotations.NullMarked;
