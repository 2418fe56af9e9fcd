package dev.millrace.publisher;

/** Breaks compact JSON into lines. */
final class PrettyJson {

    private final StringBuilder out = new StringBuilder();
    private int depth;

    private PrettyJson() {}

    /** The same JSON, one member or element a line; what is no JSON comes out as something else. */
    static String of(String compact) {
        PrettyJson pretty = new PrettyJson();
        boolean inText = false;
        for (int i = 0; i < compact.length(); i++) {
            char c = compact.charAt(i);
            if (inText) {
                pretty.out.append(c);
                if (c == '\\') {
                    pretty.out.append(compact.charAt(++i));
                }
                inText = c != '"';
            } else {
                inText = c == '"';
                pretty.token(c, i + 1 < compact.length() ? compact.charAt(i + 1) : ' ');
            }
        }
        return pretty.out.toString();
    }

    private void token(char c, char next) {
        switch (c) {
            case '{', '[' -> {
                out.append(c);
                depth++;
                if (next != '}' && next != ']') {
                    line();
                }
            }
            case '}', ']' -> {
                depth--;
                char before = out.charAt(out.length() - 1);
                if (before != '{' && before != '[') {
                    line();
                }
                out.append(c);
            }
            case ',' -> {
                out.append(c);
                line();
            }
            case ':' -> out.append(": ");
            default -> out.append(c);
        }
    }

    private void line() {
        out.append('\n').append("  ".repeat(depth));
    }
}
