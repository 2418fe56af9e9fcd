package dev.millrace.validation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Two validators, both always asked. */
record ComposedValidator(EventValidator first, EventValidator second) implements EventValidator {

    @Override
    public List<Violation> validate(String type, Object body) {
        List<Violation> ours = first.validate(type, body);
        List<Violation> theirs = second.validate(type, body);
        if (ours.isEmpty() || theirs.isEmpty()) {
            return ours.isEmpty() ? theirs : ours;
        }
        List<Violation> all = new ArrayList<>(ours);
        all.addAll(theirs);
        return all;
    }

    @Override
    public Optional<Schema> schema(String type) {
        return first.schema(type).or(() -> second.schema(type));
    }
}
