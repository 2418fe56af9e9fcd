/** Who is measured, each written as a good user of it would; start at {@link dev.millrace.benchmarks.contenders.Contenders}. */
@NullMarked
package dev.millrace.benchmarks.contenders;

import org.jspecify.annotations.NullMarked;
