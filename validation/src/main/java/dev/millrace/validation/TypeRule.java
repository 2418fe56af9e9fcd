package dev.millrace.validation;

import dev.millrace.event.Body;
import dev.millrace.event.BodyCodec;
import dev.millrace.event.BodyCodecException;
import dev.millrace.event.internal.EventTypes;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/** A rule for the bodies of one type, which are read as the rule's class where they are not of it. */
record TypeRule<T>(String type, Class<T> bodyClass, Function<? super T, ? extends List<Violation>> rule)
        implements EventValidator {

    static <T> TypeRule<T> of(String type, Class<T> bodyClass, Function<? super T, ? extends List<Violation>> rule) {
        Objects.requireNonNull(bodyClass, "bodyClass");
        Objects.requireNonNull(rule, "rule");
        return new TypeRule<>(EventTypes.requireValid(type), bodyClass, rule);
    }

    @Override
    public List<Violation> validate(String eventType, Object body) {
        if (!type.equals(eventType)) {
            return List.of();
        }
        if (bodyClass.isInstance(body)) {
            return rule.apply(bodyClass.cast(body));
        }
        T read;
        try {
            BodyCodec json = BodyCodec.json();
            read = json.decode(Body.of(json.encode(body)), bodyClass);
        } catch (BodyCodecException e) {
            return List.of(new Violation("", "cannot be read as " + bodyClass.getName() + ": " + e.getMessage()));
        }
        return rule.apply(read);
    }
}
