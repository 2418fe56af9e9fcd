/**
 * The wire forms, ids and threads that Millrace's own modules share; not API, may change in any release; start at
 * {@link dev.millrace.event.internal.WireForms}.
 */
@NullMarked
package dev.millrace.event.internal;

import org.jspecify.annotations.NullMarked;
