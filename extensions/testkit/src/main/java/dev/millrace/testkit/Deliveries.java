package dev.millrace.testkit;

import dev.millrace.event.EventHeader;
import org.jspecify.annotations.Nullable;

/** Makes deliveries, so that a handler that looks at them can be tested without Redis. */
public final class Deliveries {
    private Deliveries() {}

    /**
     * Starts a delivery of the event with this header; by default its first attempt, never delivered before.
     *
     * @param header the event's header, for instance from {@link Events#header(String)}
     * @return the builder
     */
    public static Builder of(EventHeader header) {
        return new Builder(header);
    }

    /** Collects what a delivery says of itself. For one thread. */
    public static final class Builder {
        private final EventHeader header;
        private String stream = "test-events";
        private String entryId;
        private int index;
        private String group = "test-group";
        private String consumer = "test-consumer";
        private int attempt = 1;
        private boolean redelivered;
        private boolean replayed;
        private int redriven;

        private Builder(EventHeader header) {
            this.header = header;
            this.entryId = header.timestamp().toEpochMilli() + "-0";
        }

        /** The stream's name; default {@code test-events}. */
        public Builder stream(String value) {
            stream = value;
            return this;
        }

        /** The entry's id; default the header's time in milliseconds and {@code -0}. */
        public Builder entryId(String value) {
            entryId = value;
            return this;
        }

        /** The place in the entry, from 0; default 0. */
        public Builder index(int value) {
            index = requireAtLeast("index", 0, value);
            return this;
        }

        /** The group's name; default {@code test-group}. */
        public Builder group(String value) {
            group = value;
            return this;
        }

        /** The consumer's name; default {@code test-consumer}. */
        public Builder consumer(String value) {
            consumer = value;
            return this;
        }

        /** Which handling it is, from 1; default 1. */
        public Builder attempt(int value) {
            attempt = requireAtLeast("attempt", 1, value);
            return this;
        }

        /** Whether the entry was delivered before; default false. */
        public Builder redelivered(boolean value) {
            redelivered = value;
            return this;
        }

        /** Whether a replay made it; default false. */
        public Builder replayed(boolean value) {
            replayed = value;
            return this;
        }

        /** How often it came back from the dead letters, from 0; default 0. */
        public Builder redriven(int value) {
            redriven = requireAtLeast("redriven", 0, value);
            return this;
        }

        /** The delivery, which writes down what a handler says of it. */
        public RecordedDelivery build() {
            return new BuiltDelivery(
                    header,
                    stream,
                    entryId,
                    index,
                    group,
                    consumer,
                    attempt,
                    redelivered,
                    replayed,
                    redriven,
                    new Said());
        }

        private static int requireAtLeast(String name, int least, int value) {
            if (value < least) {
                throw new IllegalArgumentException(name + " " + value + " is below " + least + ", where it begins");
            }
            return value;
        }
    }

    private record BuiltDelivery(
            EventHeader header,
            String stream,
            String entryId,
            int index,
            String group,
            String consumer,
            int attempt,
            boolean redelivered,
            boolean replayed,
            int redriven,
            Said said)
            implements RecordedDelivery {

        @Override
        public void skip(String reason) {
            said.first(() -> said.skipReason = reason);
        }

        @Override
        public void ack() {
            said.first(() -> said.acked = true);
        }

        @Override
        public void fail(Throwable cause) {
            said.first(() -> said.failure = cause);
        }

        @Override
        public @Nullable String skipReason() {
            synchronized (said) {
                return said.skipReason;
            }
        }

        @Override
        public boolean acked() {
            synchronized (said) {
                return said.acked;
            }
        }

        @Override
        public @Nullable Throwable failure() {
            synchronized (said) {
                return said.failure;
            }
        }
    }

    /** The first word counts, as in a server. */
    private static final class Said {
        private @Nullable String skipReason;
        private @Nullable Throwable failure;
        private boolean acked;

        synchronized void first(Runnable word) {
            if (!acked && skipReason == null && failure == null) {
                word.run();
            }
        }
    }
}
