package dev.millrace.consumer;

import io.micrometer.common.KeyValue;

/** What every observation of a handler's call carries, made once. */
final class StandardKeyValues {

    static final KeyValue SYSTEM = KeyValue.of("messaging.system", "redis");
    static final KeyValue OPERATION_TYPE = KeyValue.of("messaging.operation.type", "process");
    static final KeyValue OPERATION_NAME = KeyValue.of("messaging.operation.name", "handle");

    private StandardKeyValues() {}
}
