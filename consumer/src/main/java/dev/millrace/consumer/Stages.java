package dev.millrace.consumer;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Waits for what asynchronous handlers began. */
final class Stages {

    private Stages() {}

    /**
     * Waits for the end of a stage; an interrupt cancels it.
     *
     * @throws Exception what it ended with, without the wrapping of the library
     */
    static void await(@Nullable CompletionStage<?> stage) throws Exception {
        if (stage == null) {
            throw new IllegalStateException(
                    "an asynchronous handler returned null; return a stage, which may have ended:"
                            + " CompletableFuture.completedFuture(null)");
        }
        // Of our own: a stage need not be a future.
        CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
        stage.whenComplete((value, failure) -> {
            if (failure == null) {
                ended.complete(null);
            } else {
                ended.completeExceptionally(failure);
            }
        });
        try {
            ended.get();
        } catch (InterruptedException e) {
            cancel(stage);
            throw e;
        } catch (ExecutionException e) {
            throw unwrapped(e);
        }
    }

    private static void cancel(CompletionStage<?> stage) {
        try {
            stage.toCompletableFuture().cancel(true);
        } catch (UnsupportedOperationException e) {
            // It cannot be cancelled, then: it ends when it ends.
            return;
        }
    }

    private static Exception unwrapped(ExecutionException failure) {
        Throwable thrown = failure;
        while (thrown.getCause() != null
                && (thrown instanceof ExecutionException || thrown instanceof CompletionException)) {
            thrown = thrown.getCause();
        }
        if (thrown instanceof Error error) {
            throw error;
        }
        return thrown instanceof Exception exception ? exception : failure;
    }
}
