package dev.millrace.publisher;

import java.util.concurrent.CompletableFuture;

/** A flush's place in the queue: what stands before it is covered. */
record FlushMark(CompletableFuture<Void> future) implements Handover {}
