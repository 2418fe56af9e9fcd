package dev.millrace.samples;

/** The user gave something that cannot be used: one line that says what, where, and how to mend it. */
final class BadInputException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    BadInputException(String message) {
        super(message);
    }

    /** Refuses a flag's value below its least one. */
    static void unlessAtLeast(long least, String flag, long value) {
        if (value < least) {
            throw new BadInputException(flag + ": got " + value + "; use " + least + " or more");
        }
    }
}
