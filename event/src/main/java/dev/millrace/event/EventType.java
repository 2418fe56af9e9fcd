package dev.millrace.event;

import dev.millrace.event.internal.EventTypes;
import java.util.Objects;

/**
 * An event type declared once: its name, its body's class and its schema version; accepted wherever a name and a class
 * are.
 *
 * @param name dotted type, 1–255 characters, segments of {@code [A-Za-z0-9_-]+} joined by dots
 * @param bodyClass what the body is written from and read into
 * @param version schema version, not blank
 * @param <T> the body's class
 */
public record EventType<T>(String name, Class<T> bodyClass, String version) {

    /** Refuses a name that is not an event type, and a blank version. */
    public EventType {
        EventTypes.requireValid(name);
        Objects.requireNonNull(bodyClass, "bodyClass");
        if (version.isBlank()) {
            throw new InvalidEventException("version of event type '" + name + "' is blank; leave it out for 1.0.0");
        }
    }

    /**
     * An event type in version {@code 1.0.0}.
     *
     * @param name dotted type
     * @param bodyClass the body's class
     * @param <T> the body's class
     * @return the event type
     */
    public static <T> EventType<T> of(String name, Class<T> bodyClass) {
        return of(name, bodyClass, HeaderMembers.DEFAULT_VERSION);
    }

    /**
     * An event type in this version.
     *
     * @param name dotted type
     * @param bodyClass the body's class
     * @param version schema version
     * @param <T> the body's class
     * @return the event type
     */
    public static <T> EventType<T> of(String name, Class<T> bodyClass, String version) {
        return new EventType<>(name, bodyClass, version);
    }
}
