package dev.millrace.benchmarks;

/** Reads what Redis' INFO and Linux' {@code /proc} write: a name and a number a line. */
final class InfoText {

    private InfoText() {}

    /** The number after the name and a colon; a unit after it is left out. */
    static double number(String text, String name) {
        String value = text.lines()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no '" + name + "' in what Redis or Linux says"));
        int space = value.indexOf(' ');
        return Double.parseDouble(space < 0 ? value : value.substring(0, space));
    }
}
