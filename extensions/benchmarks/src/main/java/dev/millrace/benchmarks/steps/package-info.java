/** The steps of an event's way, by JMH; start at {@link dev.millrace.benchmarks.steps.PublishSteps}. */
@NullMarked
package dev.millrace.benchmarks.steps;

import org.jspecify.annotations.NullMarked;
