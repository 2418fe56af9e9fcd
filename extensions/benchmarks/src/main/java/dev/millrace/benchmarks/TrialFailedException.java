package dev.millrace.benchmarks;

/** A trial that gave no figures, or figures of something that did not happen. */
final class TrialFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    TrialFailedException(String message) {
        super(message);
    }
}
