/** Where an event travels: patterns over its type decide on a stream. Start at {@link dev.millrace.routing.Routing}. */
@NullMarked
package dev.millrace.routing;

import org.jspecify.annotations.NullMarked;
