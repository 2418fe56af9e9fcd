package dev.millrace.validation;

import dev.millrace.event.Body;
import dev.millrace.event.BodyCodec;
import dev.millrace.event.BodyCodecException;
import dev.millrace.event.internal.EventTypes;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A rule for the bodies of one type, which are read as the rule's class where they are not of it. */
record TypeRule<T>(String type, Class<T> bodyClass, Function<? super T, ? extends List<Violation>> rule)
        implements EventValidator {

    private static final BodyCodec JSON = BodyCodec.json();

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
        if (!bodyClass.isInstance(body) && body instanceof Collection<?> elements) {
            return Elements.validate(elements, this::one);
        }
        return one(body);
    }

    @Override
    public Optional<Schema> schema(String eventType) {
        return type.equals(eventType) ? Optional.of(new Schema(type, bodyClass, List.of())) : Optional.empty();
    }

    private List<Violation> one(@Nullable Object body) {
        if (body == null) {
            return List.of(new Violation("", "must not be null"));
        }
        if (bodyClass.isInstance(body)) {
            return rule.apply(bodyClass.cast(body));
        }
        byte[] json;
        T read;
        try {
            // What came as JSON is read as it came: from other writers it may have several lines.
            json = body instanceof byte[] bytes ? bytes : JSON.encode(body);
        } catch (BodyCodecException e) {
            return unreadable(e);
        }
        try {
            read = JSON.decode(Body.of(json), bodyClass);
        } catch (BodyCodecException e) {
            // A list that came as JSON; what is read as one from the start, an array for instance, is none of these.
            return isList(json) ? Elements.validate(JSON.decode(Body.of(json), List.class), this::one) : unreadable(e);
        }
        return rule.apply(read);
    }

    private static boolean isList(byte[] json) {
        for (byte b : json) {
            if (b != ' ' && b != '\t' && b != '\r' && b != '\n') {
                return b == '[';
            }
        }
        return false;
    }

    private List<Violation> unreadable(BodyCodecException e) {
        return List.of(new Violation("", "cannot be read as " + bodyClass.getName() + ": " + e.getMessage()));
    }
}
