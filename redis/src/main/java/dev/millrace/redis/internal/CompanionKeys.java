package dev.millrace.redis.internal;

/**
 * The names of what belongs to a stream, all in its slot of a cluster: {@code {stream}:…}, or {@code stream:…} where the
 * stream's name has a hash tag of its own.
 */
public final class CompanionKeys {

    private final String prefix;

    private CompanionKeys(String prefix) {
        this.prefix = prefix;
    }

    /**
     * The companions of this stream.
     *
     * @throws IllegalArgumentException if the name is empty, or has braces other than one non-empty {@code {tag}}
     */
    public static CompanionKeys of(String stream) {
        if (stream.isEmpty()) {
            throw new IllegalArgumentException("stream: got an empty name; name a stream");
        }
        int open = stream.indexOf('{');
        int close = stream.indexOf('}');
        if (open < 0 && close < 0) {
            return new CompanionKeys('{' + stream + "}:");
        }
        boolean oneTag =
                open >= 0 && close > open + 1 && open == stream.lastIndexOf('{') && close == stream.lastIndexOf('}');
        if (!oneTag) {
            throw new IllegalArgumentException("stream: got \"" + stream
                    + "\"; braces are for one hash tag, as in orders-{eu}: leave the others out");
        }
        return new CompanionKeys(stream + ':');
    }

    /** Where the dead letters go unless told otherwise. */
    public String deadLetters() {
        return prefix + "dead";
    }

    String retention() {
        return prefix + "retention";
    }

    /** Who still reads the stream without a group. */
    String holds() {
        return prefix + "holds";
    }

    /** Moves into the stream that were begun and perhaps cut off. */
    String moves() {
        return prefix + "moves";
    }

    String epoch(String group) {
        return group(group) + "epoch";
    }

    /** Which process has a consumer's name. */
    String holder(String group, String consumer) {
        return group(group) + "consumer:" + consumer;
    }

    String claims(String group, String epoch) {
        return group(group) + "claims:" + epoch + ':';
    }

    private String group(String group) {
        return prefix + "group:" + group + ':';
    }
}
