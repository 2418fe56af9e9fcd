package dev.millrace.validation;

import java.util.List;
import java.util.Optional;

/** Refuses the types that another validator has no rule for. */
record KnownTypesValidator(EventValidator rules) implements EventValidator {
    private static final List<Violation> UNKNOWN = List.of(new Violation(
            "",
            "is of a type that no rule is for, and unknown types are refused; check the type, or add a rule for it"));

    @Override
    public List<Violation> validate(String type, Object body) {
        return schema(type).isEmpty() ? UNKNOWN : rules.validate(type, body);
    }

    @Override
    public Optional<Schema> schema(String type) {
        return rules.schema(type);
    }
}
