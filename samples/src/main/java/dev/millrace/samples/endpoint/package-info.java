/** A worker's door for people, probes and Prometheus, over the JDK's own HTTP server; start at {@link WorkerEndpoint}. */
@NullMarked
package dev.millrace.samples.endpoint;

import org.jspecify.annotations.NullMarked;
