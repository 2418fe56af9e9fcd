package dev.millrace.validation;

import dev.millrace.event.internal.EventTypes;
import java.util.List;
import java.util.Objects;

/**
 * The rule for the bodies of one type: the class that they are checked as.
 *
 * @param type the event type, no pattern
 * @param bodyClass whose constraints hold, or which a rule of your own is written for
 * @param groups the constraint groups that are checked; empty for Bean Validation's default group, or if there are none
 */
public record Schema(String type, Class<?> bodyClass, List<Class<?>> groups) {

    /** Refuses null and what is no type. */
    public Schema {
        EventTypes.requireValid(type);
        Objects.requireNonNull(bodyClass, "bodyClass");
        groups = List.copyOf(groups);
    }
}
