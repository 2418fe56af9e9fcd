package dev.millrace.consumer;

import dev.millrace.event.BodyCodecException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Refuses, before anything is connected, handlers that could never work as they were added. */
final class RegistrationCheck {

    private final ConsumerSettings settings;
    private final List<Registration<?>> registrations;

    private RegistrationCheck(ConsumerSettings settings, List<Registration<?>> registrations) {
        this.settings = settings;
        this.registrations = registrations;
    }

    /**
     * Looks at all of them.
     *
     * @throws IllegalStateException if there are none
     * @throws IllegalArgumentException at the first that cannot work: which, its value, and how to mend it
     */
    static void check(ConsumerSettings settings, List<Registration<?>> registrations) {
        if (registrations.isEmpty()) {
            throw new IllegalStateException("no handlers; call addHandler before start()");
        }
        new RegistrationCheck(settings, registrations).all();
    }

    private void all() {
        Set<String> streams =
                settings.streams().stream().map(StreamSettings::stream).collect(Collectors.toSet());
        for (Registration<?> registration : registrations) {
            known("streams", registration, registration.options().streams(), streams);
            known("groups", registration, registration.options().groups(), Set.copyOf(settings.groups()));
            readable(registration);
            numbers(registration);
            if (registration.batch() != null) {
                batch(registration);
            } else if (registration.options().batched()) {
                throw refused("batch", registration, "a batch for a handler of single events; use addBatchHandler");
            }
        }
        once();
    }

    private static void known(String key, Registration<?> registration, Set<String> named, Set<String> known) {
        for (String name : named) {
            if (!known.contains(name)) {
                throw refused(key, registration, "'" + name + "'; this server has " + new TreeSet<>(known));
            }
        }
    }

    private void readable(Registration<?> registration) {
        try {
            settings.codec().requireReadable(registration.bodyClass());
        } catch (BodyCodecException e) {
            throw refused("bodyClass", registration, String.valueOf(e.getMessage()));
        }
    }

    private static void numbers(Registration<?> registration) {
        HandlerOptions options = registration.options();
        if (options.background() > 0 && options.concurrency() > 0) {
            throw refused(
                    "concurrency",
                    registration,
                    options.concurrency() + " beside background(" + options.background()
                            + "), whose threads are a limit; leave one of them out");
        }
    }

    private void batch(Registration<?> registration) {
        HandlerOptions options = registration.options();
        if (options.background() > 0) {
            throw refused(
                    "background",
                    registration,
                    options.background()
                            + " for a batch handler, which has threads of its own; use concurrency for several batches at once");
        }
        if (options.batchSize() > settings.maxPending()) {
            throw refused(
                    "maxSize",
                    registration,
                    options.batchSize() + "; use at most maxPending, " + settings.maxPending()
                            + ", or it never gets full");
        }
        if (options.batchWait().compareTo(settings.claimIdle()) >= 0) {
            throw refused(
                    "maxWait",
                    registration,
                    options.batchWait() + "; use less than claimIdle, " + settings.claimIdle()
                            + ", after which what waits is left to others");
        }
    }

    private void once() {
        for (int i = 0; i < registrations.size(); i++) {
            for (Registration<?> before : registrations.subList(0, i)) {
                if (registrations.get(i).repeats(before)) {
                    throw refused(
                            "handler",
                            registrations.get(i),
                            "the same one twice, and would call it twice for each event; add it once");
                }
            }
        }
    }

    private static IllegalArgumentException refused(String key, Registration<?> registration, @Nullable String got) {
        return new IllegalArgumentException(key + " (handler for '" + registration.name() + "'): got " + got);
    }
}
