/** What came out of a run, and the page made of it; start at {@link dev.millrace.benchmarks.report.Run}. */
@NullMarked
package dev.millrace.benchmarks.report;

import org.jspecify.annotations.NullMarked;
