package dev.millrace.validation;

import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validation;
import jakarta.validation.Validator;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.hibernate.validator.HibernateValidator;
import org.hibernate.validator.messageinterpolation.ParameterMessageInterpolator;

/** Checks bodies by Bean Validation's constraints; immutable, thread-safe. */
public final class BeanValidator implements EventValidator {
    /** A set of constraints has no order of its own; the same body should give the same message every time. */
    private static final Comparator<Violation> BY_PATH =
            Comparator.comparing(Violation::path).thenComparing(Violation::message);

    private final Validator validator;
    private final Class<?>[] groups;
    private final Map<String, Schema> schemas;
    private final Map<String, TypeRule<?>> rules = new HashMap<>();

    private BeanValidator(Validator validator, Class<?>[] groups, Map<String, Schema> schemas) {
        this.validator = validator;
        this.groups = groups;
        this.schemas = schemas;
        schemas.forEach((type, schema) -> {
            Class<?>[] own = schema.groups().toArray(Class<?>[]::new);
            rules.put(type, TypeRule.of(type, schema.bodyClass(), body -> check(body, own)));
        });
    }

    static BeanValidator standard() {
        return using(Standard.VALIDATOR);
    }

    static BeanValidator using(Validator validator) {
        return new BeanValidator(validator, new Class<?>[0], Map.of());
    }

    /**
     * Checks the bodies of this type by this class's constraints even where they are no instances of it: a map or a JSON
     * tree is read as one first, and if it cannot be, this is the violation. A list is checked element by element.
     *
     * @param type the event type, no pattern
     * @param bodyGroups the constraint groups that hold for this type. Default: those of the validator
     * @return a new validator with this rule as well
     * @throws IllegalArgumentException if the type is none, or has such a rule already
     */
    public BeanValidator type(String type, Class<?> bodyClass, Class<?>... bodyGroups) {
        Map<String, Schema> more = new HashMap<>(schemas);
        List<Class<?>> own = List.of(bodyGroups.length == 0 ? groups : bodyGroups);
        if (more.put(type, new Schema(type, bodyClass, own)) != null) {
            throw new IllegalArgumentException(
                    "type \"" + type + "\" has a class to be checked by already; name it once");
        }
        return new BeanValidator(validator, groups, more);
    }

    /**
     * Checks the constraints of these groups: on all bodies but those of types that are named with groups of their own, or
     * were named before this call. Default: Bean Validation's default group.
     *
     * @return a new validator with these groups
     */
    public BeanValidator groups(Class<?>... checked) {
        return new BeanValidator(validator, List.of(checked).toArray(Class<?>[]::new), schemas);
    }

    @Override
    public List<Violation> validate(String type, Object body) {
        TypeRule<?> rule = rules.get(type);
        if (rule != null && rule.bodyClass().isInstance(body)) {
            return rule.validate(type, body);
        }
        List<Violation> own = check(body, groups);
        if (!own.isEmpty()) {
            return own;
        }
        if (rule != null) {
            return rule.validate(type, body);
        }
        return body instanceof Collection<?> elements
                ? Elements.validate(elements, element -> element == null ? List.of() : check(element, groups))
                : own;
    }

    @Override
    public Optional<Schema> schema(String type) {
        return Optional.ofNullable(schemas.get(type));
    }

    private List<Violation> check(Object body, Class<?>[] checked) {
        Set<ConstraintViolation<Object>> broken = validator.validate(body, checked);
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
                // texts do not depend on the machine.
                .messageInterpolator(new ParameterMessageInterpolator(Set.of(), Locale.ROOT, false))
                .buildValidatorFactory()
                .getValidator();

        private Standard() {}
    }
}
