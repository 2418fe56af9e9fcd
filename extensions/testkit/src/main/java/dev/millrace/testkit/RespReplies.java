package dev.millrace.testkit;

/** Finds where replies end in a stream of RESP2 or RESP3 bytes, fed one by one; for one thread. */
final class RespReplies {
    private static final int LONGEST_NUMBER = 20;

    private final StringBuilder line = new StringBuilder();
    private long bulkLeft;
    private long elementsLeft = 1;

    /** True when this byte is the last of a reply. */
    boolean accept(byte b) {
        if (bulkLeft > 0) {
            bulkLeft--;
            return bulkLeft == 0 && elementEnds();
        }
        if (b != '\n') {
            if (b != '\r' && line.length() <= LONGEST_NUMBER) {
                line.append((char) (b & 0xff));
            }
            return false;
        }
        return lineEnds();
    }

    private boolean lineEnds() {
        char kind = line.isEmpty() ? '+' : line.charAt(0);
        long count = "$=!*~>%|".indexOf(kind) < 0 ? 0 : number();
        line.setLength(0);
        switch (kind) {
            case '$', '=', '!' -> bulkLeft = count < 0 ? 0 : count + 2;
            case '*', '~', '>' -> elementsLeft += Math.max(0, count);
            case '%' -> elementsLeft += Math.max(0, 2 * count);
            // attributes come before the element that they belong to
            case '|' -> elementsLeft += Math.max(0, 2 * count) + 1;
            default -> bulkLeft = 0;
        }
        return bulkLeft == 0 && elementEnds();
    }

    private boolean elementEnds() {
        elementsLeft--;
        if (elementsLeft > 0) {
            return false;
        }
        elementsLeft = 1;
        return true;
    }

    /** What is no number is no RESP (TLS, perhaps): nothing to count in it. */
    private long number() {
        try {
            return Long.parseLong(line, 1, line.length(), 10);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
