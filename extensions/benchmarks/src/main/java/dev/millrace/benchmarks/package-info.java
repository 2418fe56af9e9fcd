/** Measures Millrace and its peers side by side; start at {@link dev.millrace.benchmarks.Benchmarks}. */
@NullMarked
package dev.millrace.benchmarks;

import org.jspecify.annotations.NullMarked;
