package dev.millrace.event.internal;

/** Passing over numbers and literals of JSON text. */
final class JsonScalars {

    private JsonScalars() {}

    /** The position after this word, which must start here. */
    static int literalEnd(byte[] json, int start, String word) {
        int at = start;
        for (int i = 0; i < word.length(); i++) {
            if (current(json, at) != word.charAt(i)) {
                throw valueExpected(at);
            }
            at++;
        }
        return at;
    }

    /** The position after the number that must start here. */
    static int numberEnd(byte[] json, int start) {
        int at = current(json, start) == '-' ? start + 1 : start;
        at = current(json, at) == '0' ? at + 1 : digitsEnd(json, at);
        if (current(json, at) == '.') {
            at = digitsEnd(json, at + 1);
        }
        int exponent = current(json, at);
        if (exponent == 'e' || exponent == 'E') {
            int sign = current(json, at + 1);
            at = digitsEnd(json, sign == '+' || sign == '-' ? at + 2 : at + 1);
        }
        return at;
    }

    private static int digitsEnd(byte[] json, int start) {
        int at = start;
        while (at < json.length && json[at] >= '0' && json[at] <= '9') {
            at++;
        }
        if (at == start) {
            throw valueExpected(at);
        }
        return at;
    }

    private static int current(byte[] json, int at) {
        return at < json.length ? json[at] : -1;
    }

    private static MalformedEntryException valueExpected(int at) {
        return new MalformedEntryException("value expected at offset " + at);
    }
}
