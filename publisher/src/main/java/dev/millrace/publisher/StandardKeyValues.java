package dev.millrace.publisher;

import io.micrometer.common.KeyValue;

/** What every observation of a publish carries, made once. */
final class StandardKeyValues {

    static final KeyValue SYSTEM = KeyValue.of("messaging.system", "redis");
    static final KeyValue OPERATION_TYPE = KeyValue.of("messaging.operation.type", "send");
    static final KeyValue OPERATION_NAME = KeyValue.of("messaging.operation.name", "publish");
    static final KeyValue NO_DESTINATION = KeyValue.of("messaging.destination.name", "none");

    private StandardKeyValues() {}
}
