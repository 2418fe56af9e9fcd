package dev.millrace.consumer;

/** Which stream is read through which group under which consumer name. */
record SubscriptionName(String stream, String group, String consumer) {

    @Override
    public String toString() {
        return stream + "/" + group;
    }
}
