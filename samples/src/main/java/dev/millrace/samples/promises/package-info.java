/** One short program for each promise, and for what services do with it; start at {@link OneEffect}. */
@NullMarked
package dev.millrace.samples.promises;

import org.jspecify.annotations.NullMarked;
