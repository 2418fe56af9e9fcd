package dev.millrace.testkit;

import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What the choice of a Redis depends on outside this process: system properties and environment variables. */
record Environment(Function<String, @Nullable String> properties, Function<String, @Nullable String> variables) {

    static Environment ofThisProcess() {
        return new Environment(System::getProperty, System::getenv);
    }

    /** The property, or else the environment variable of the same name in upper case with underscores. */
    @Nullable
    String setting(String property) {
        String value = property(property);
        return value != null
                ? value
                : variable(property.toUpperCase(Locale.ROOT).replace('.', '_'));
    }

    /** Blank counts as absent: CI systems set unused variables to the empty string. */
    @Nullable
    String property(String name) {
        return present(properties.apply(name));
    }

    @Nullable
    String variable(String name) {
        return present(variables.apply(name));
    }

    private static @Nullable String present(@Nullable String value) {
        return value == null || value.isBlank() ? null : value.strip();
    }
}
