package dev.millrace.validation;

import jakarta.validation.ElementKind;
import jakarta.validation.Path;

/** Writes the path of a violation, {@code lines[2].sku}, without the keys of maps: they are values of the body. */
final class PathText {
    private static final String MAP_KEY = "<map key>";

    private PathText() {}

    static String of(Path path) {
        StringBuilder text = new StringBuilder();
        for (Path.Node node : path) {
            if (node.isInIterable()) {
                text.append('[')
                        .append(node.getIndex() == null ? "*" : node.getIndex())
                        .append(']');
            }
            String name = node.getName();
            // Other container elements than a map's keys are told by the brackets alone.
            boolean told = node.getKind() == ElementKind.CONTAINER_ELEMENT && !MAP_KEY.equals(name);
            if (name != null && !told) {
                text.append(text.isEmpty() ? "" : ".").append(name);
            }
        }
        return text.toString();
    }
}
