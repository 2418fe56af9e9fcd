/** Runnable programs that use Millrace as any service would. Start at {@link dev.millrace.samples.Samples}. */
@NullMarked
package dev.millrace.samples;

import org.jspecify.annotations.NullMarked;
