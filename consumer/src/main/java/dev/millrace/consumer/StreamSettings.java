package dev.millrace.consumer;

import dev.millrace.routing.Priority;

/** One stream's configuration, checked. */
record StreamSettings(
        String stream, Priority priority, StartFrom startFrom, String deadLetterStream, boolean startPaused) {}
