package dev.millrace.benchmarks;

/** Reads what Redis' INFO and Linux' {@code /proc} write: a name and a value a line. */
final class InfoText {

    private InfoText() {}

    /** What stands after the name and a colon. */
    static String text(String text, String name) {
        return text.lines()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no '" + name + "' in what Redis or Linux says"));
    }

    /** The number after the name and a colon; a unit after it is left out. */
    static double number(String text, String name) {
        String value = text(text, name);
        int space = value.indexOf(' ');
        return Double.parseDouble(space < 0 ? value : value.substring(0, space));
    }
}
