package dev.millrace.publisher;

/**
 * What a publisher had accepted and did not deliver before it was closed; immutable. These events' futures have failed, and
 * those that fit are among {@code failedEvents()}.
 *
 * @param notStored surely not in their streams
 * @param unknown sent without an answer: they may be in their streams
 */
public record CloseReport(int notStored, int unknown) {

    /** All that was left, 0 if everything was delivered. */
    public int left() {
        return notStored + unknown;
    }
}
