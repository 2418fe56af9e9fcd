package dev.millrace.validation;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Accepts everything, and warns of what another validator would refuse, ever more rarely. Thread-safe. */
final class WarningValidator implements EventValidator {
    private static final Logger LOG = LoggerFactory.getLogger(EventValidator.class);

    /** So that types made up by whoever publishes fill neither the log nor the heap. */
    private static final int MAX_WARNED_TYPES = 1_000;

    private final EventValidator rules;
    private final Consumer<String> warnings;
    private final Map<String, AtomicLong> seen = new ConcurrentHashMap<>();

    WarningValidator(EventValidator rules, Consumer<String> warnings) {
        this.rules = rules;
        this.warnings = warnings;
    }

    static EventValidator of(EventValidator rules) {
        return new WarningValidator(rules, LOG::warn);
    }

    @Override
    public List<Violation> validate(String type, Object body) {
        List<Violation> violations = rules.validate(type, body);
        if (!violations.isEmpty() && (seen.containsKey(type) || seen.size() < MAX_WARNED_TYPES)) {
            long count = seen.computeIfAbsent(type, t -> new AtomicLong()).incrementAndGet();
            if (Long.bitCount(count) == 1) {
                warnings.accept(
                        EventValidationException.describe(type, violations) + " (accepted, since validation only"
                                + " warns; invalid bodies of this type so far: " + count + ")");
            }
        }
        return List.of();
    }

    @Override
    public Optional<Schema> schema(String type) {
        return rules.schema(type);
    }
}
