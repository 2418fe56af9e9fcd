package dev.millrace.redis.internal;

/** The group was recreated by somebody else: read its state again. */
public final class StaleEpochException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public StaleEpochException(String stream, String group) {
        super("group " + group + " of stream " + stream + " was recreated");
    }
}
