package dev.millrace.validation;

import java.util.Objects;

/**
 * One thing that is wrong with a body. Neither part may hold a value of the body: violations reach logs and dead letters.
 *
 * @param path where it is, {@code lines[2].sku} for instance; empty for the body as a whole
 * @param message what is wrong, {@code must not be blank} for instance
 */
public record Violation(String path, String message) {

    /** Neither part may be null. */
    public Violation {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(message, "message");
    }

    /** For humans: path and message. */
    @Override
    public String toString() {
        return (path.isEmpty() ? "body" : path) + " " + message;
    }
}
