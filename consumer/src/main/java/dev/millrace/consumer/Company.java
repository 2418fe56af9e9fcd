package dev.millrace.consumer;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * What has been running for so long that suspects could wait for its end for ever: beside that they may run, unless it has come
 * back itself. Confined to the thread of the {@link Quarantine}, but for {@link #handlings()}.
 */
final class Company {

    /** From so many times claim-idle on, a handler is not waited for any more. */
    private static final int TOO_LONG = 10;

    private final List<Subscription> subscriptions;
    private final LongSupplier ticker;
    private final Duration tooLong;
    private final Map<EntryInFlight, Long> seenSince = new HashMap<>();
    private volatile List<EntryInFlight> accepted = List.of();

    Company(List<Subscription> subscriptions, ConsumerSettings settings) {
        this.subscriptions = subscriptions;
        this.ticker = settings.ticker();
        this.tooLong = settings.claimIdle().multipliedBy(TOO_LONG);
    }

    /** Looks at what runs now; for how long that has been running at least which is still to be waited for. */
    Duration longest() {
        long now = ticker.getAsLong();
        Set<EntryInFlight> running = new HashSet<>();
        for (Subscription subscription : subscriptions) {
            subscription.inFlight().entries().stream()
                    .filter(EntryInFlight::running)
                    .forEach(running::add);
        }
        seenSince.keySet().retainAll(running);
        running.forEach(entry -> seenSince.putIfAbsent(entry, now));
        accepted = running.stream()
                .filter(entry -> entry.returns() <= Quarantine.HARMLESS_RETURNS
                        && since(entry, now).compareTo(tooLong) >= 0)
                .toList();
        Duration longest = Duration.ZERO;
        for (EntryInFlight entry : running) {
            if (!accepted.contains(entry) && since(entry, now).compareTo(longest) > 0) {
                longest = since(entry, now);
            }
        }
        return longest;
    }

    private Duration since(EntryInFlight entry, long now) {
        return Duration.ofNanos(now - seenSince.getOrDefault(entry, now));
    }

    /** How many handlings of it go on at this moment. */
    int handlings() {
        int count = 0;
        for (EntryInFlight entry : accepted) {
            count += entry.handlings();
        }
        return count;
    }
}
