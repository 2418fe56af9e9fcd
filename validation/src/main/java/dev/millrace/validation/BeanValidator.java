package dev.millrace.validation;

import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validation;
import jakarta.validation.Validator;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.hibernate.validator.HibernateValidator;
import org.hibernate.validator.messageinterpolation.ParameterMessageInterpolator;

/** Checks bodies by Bean Validation's constraints; immutable, thread-safe. */
public final class BeanValidator implements EventValidator {
    /** A set of constraints has no order of its own; the same body should give the same message every time. */
    private static final Comparator<Violation> BY_PATH =
            Comparator.comparing(Violation::path).thenComparing(Violation::message);

    private final Validator validator;
    private final Map<String, TypeRule<?>> rules;

    private BeanValidator(Validator validator, Map<String, TypeRule<?>> rules) {
        this.validator = validator;
        this.rules = rules;
    }

    static BeanValidator standard() {
        return using(Standard.VALIDATOR);
    }

    static BeanValidator using(Validator validator) {
        return new BeanValidator(validator, Map.of());
    }

    /**
     * Checks the bodies of this type by this class's constraints even where they are no instances of it: a map or a JSON
     * tree is read as one first, and if it cannot be, this is the violation.
     *
     * @param type the event type, no pattern
     * @return a new validator with this rule as well
     * @throws IllegalArgumentException if the type is none, or has such a rule already
     */
    public BeanValidator type(String type, Class<?> bodyClass) {
        Map<String, TypeRule<?>> more = new HashMap<>(rules);
        if (more.put(type, TypeRule.of(type, bodyClass, this::check)) != null) {
            throw new IllegalArgumentException(
                    "type \"" + type + "\" has a class to be checked by already; name it once");
        }
        return new BeanValidator(validator, Map.copyOf(more));
    }

    @Override
    public List<Violation> validate(String type, Object body) {
        TypeRule<?> rule = rules.get(type);
        if (rule == null || rule.bodyClass().isInstance(body)) {
            return check(body);
        }
        List<Violation> own = check(body);
        return own.isEmpty() ? rule.validate(type, body) : own;
    }

    private List<Violation> check(Object body) {
        Set<ConstraintViolation<Object>> broken = validator.validate(body);
        if (broken.isEmpty()) {
            return List.of();
        }
        List<Violation> violations = new ArrayList<>(broken.size());
        for (ConstraintViolation<Object> violation : broken) {
            violations.add(new Violation(PathText.of(violation.getPropertyPath()), violation.getMessage()));
        }
        violations.sort(BY_PATH);
        return List.copyOf(violations);
    }

    /** Made at first use and kept: its factory takes a while to start and remembers every class it has seen. */
    private static final class Standard {
        // The factory is never closed: it holds memory only, and whoever has a validator goes on using it.
        @SuppressWarnings("resource")
        static final Validator VALIDATOR = Validation.byProvider(HibernateValidator.class)
                .configure()
                // The default interpolator needs an implementation of expression language. With the root locale the
                // texts
                // do not depend on the machine.
                .messageInterpolator(new ParameterMessageInterpolator(Set.of(), Locale.ROOT, false))
                .buildValidatorFactory()
                .getValidator();

        private Standard() {}
    }
}
