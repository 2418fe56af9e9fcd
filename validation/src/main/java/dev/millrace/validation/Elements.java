package dev.millrace.validation;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Checks a list body element by element. */
final class Elements {
    private Elements() {}

    /** The violations of all elements, in order, their paths beginning with the element's place: {@code [2].sku}. */
    static List<Violation> validate(Collection<?> elements, Function<@Nullable Object, List<Violation>> rule) {
        List<Violation> all = new ArrayList<>();
        int index = 0;
        for (Object element : elements) {
            for (Violation found : rule.apply(element)) {
                String inside = found.path();
                String path = "[" + index + "]" + (inside.isEmpty() || inside.startsWith("[") ? "" : ".") + inside;
                all.add(new Violation(path, found.message()));
            }
            index++;
        }
        return List.copyOf(all);
    }
}
