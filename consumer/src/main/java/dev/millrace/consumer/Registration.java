package dev.millrace.consumer;

import dev.millrace.routing.TypePattern;

/** A handler as it was added. */
record Registration<T>(TypePattern pattern, Class<T> bodyClass, DeliveryHandler<T> handler) {}
