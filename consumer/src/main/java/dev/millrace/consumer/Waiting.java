package dev.millrace.consumer;

/** What waits for its time in the {@link RetryLoop}. */
sealed interface Waiting {

    EntryInFlight entry();

    /** Which event of the entry. */
    int index();

    /** From now on nothing is done for it until its time has come. */
    default void begins() {}

    /**
     * An event that will go back to the workers.
     *
     * @param newAttempt whether that begins another attempt, or only ends a wait for Redis
     */
    record Retry(EventInFlight event, boolean newAttempt) implements Waiting {
        @Override
        public EntryInFlight entry() {
            return event.entry();
        }

        @Override
        public int index() {
            return event.index();
        }

        @Override
        public void begins() {
            event.waiting(true);
        }
    }

    /** What comes of a failure that was told by a thread of the application, which must not wait for Redis. */
    record Failure(EventInFlight event, HandlerOptions handler, Throwable cause) implements Waiting {
        @Override
        public EntryInFlight entry() {
            return event.entry();
        }

        @Override
        public int index() {
            return event.index();
        }

        @Override
        public void begins() {
            event.waiting(true);
        }
    }

    /** A move to the dead letters that Redis did not do yet. */
    record Bury(Burial burial) implements Waiting {
        @Override
        public EntryInFlight entry() {
            return burial.entry();
        }

        @Override
        public int index() {
            return burial.index();
        }
    }
}
