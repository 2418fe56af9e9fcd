package dev.millrace.validation;

import jakarta.validation.Validator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * Checks the bodies of events, on publish and on consume alike. A type that it has no rule for is accepted,
 * unless {@link #refuseUnknownTypes} says otherwise.
 *
 * <p>A lambda is enough for a rule of your own. Implementations are thread-safe, and quick: they run for every event, on the
 * publishing or the handling thread.
 */
@FunctionalInterface
public interface EventValidator {

    /**
     * Says what is wrong with a body.
     *
     * @param type the event's type
     * @param body the body as the publisher was given it, or as the handler will be
     * @return what is wrong, without values of the body; empty if nothing is, never null
     */
    List<Violation> validate(String type, Object body);

    /**
     * Refuses a body with which something is wrong.
     *
     * @throws EventValidationException with all violations
     */
    default void requireValid(String type, Object body) {
        List<Violation> violations = validate(type, body);
        if (!violations.isEmpty()) {
            throw new EventValidationException(type, violations);
        }
    }

    /** This validator's violations, then the other one's; both are always asked. */
    default EventValidator and(EventValidator other) {
        return new ComposedValidator(this, Objects.requireNonNull(other, "other"));
    }

    /**
     * The rule for the bodies of this type; a type without one is unknown. By default none: a validator of your own has to
     * name its rules here if {@link #refuseUnknownTypes} is to know them.
     */
    default Optional<Schema> schema(String type) {
        return Optional.empty();
    }

    /** This validator, but a type that it has no {@link #schema} for is a violation. By default such types are accepted. */
    default EventValidator refuseUnknownTypes() {
        return new KnownTypesValidator(this);
    }

    /**
     * This validator in a mode that may come from configuration. The default is {@link ValidationMode#STRICT}, as it is
     * without this call.
     */
    default EventValidator mode(ValidationMode mode) {
        return switch (mode) {
            case STRICT -> this;
            case WARN -> WarningValidator.of(this);
            case OFF -> none();
        };
    }

    /** Accepts everything. */
    static EventValidator none() {
        return (type, body) -> List.of();
    }

    /**
     * Bean Validation: a body is checked by the constraints of its own class. Messages are English, whatever the machine's
     * locale; expression language in them ({@code ${…}}) is not evaluated.
     */
    static BeanValidator beans() {
        return BeanValidator.standard();
    }

    /**
     * Bean Validation by a validator of your own, Spring's for instance. It words the messages: see to it that it puts no
     * value of the body into them.
     */
    static BeanValidator beans(Validator validator) {
        return BeanValidator.using(Objects.requireNonNull(validator, "validator"));
    }

    /**
     * A rule for one type; all others are accepted. A body that is no {@code bodyClass}, a map for instance, is read as one
     * by way of JSON; if that cannot be done, this is the violation. Of a list, each element is checked so.
     *
     * @param type the event type, no pattern
     * @param rule finds what is wrong, without values of the body; returns an empty list if nothing is
     * @throws IllegalArgumentException if the type is none
     */
    static <T> EventValidator onType(
            String type, Class<T> bodyClass, Function<? super T, ? extends List<Violation>> rule) {
        return TypeRule.of(type, bodyClass, rule);
    }
}
