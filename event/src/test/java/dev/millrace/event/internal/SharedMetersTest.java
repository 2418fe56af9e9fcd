package dev.millrace.event.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What several publishers and servers of one registry make of it together. */
class SharedMetersTest {

    private final MeterRegistry registry = new SimpleMeterRegistry();

    private static Set<String> tags(SharedMeters meters, String prefix, int types) {
        Set<String> tags = new HashSet<>();
        for (int i = 0; i < types; i++) {
            tags.add(meters.typeTag(prefix + i));
        }
        return tags;
    }

    @Test
    void a_registry_is_shown_200_types_however_many_users_bring_them() {
        try (SharedMeters one = new SharedMeters(registry);
                SharedMeters two = new SharedMeters(registry)) {
            Set<String> all = new HashSet<>(tags(one, "order.t", 150));
            all.addAll(tags(two, "user.t", 150));
            assertThat(all).hasSize(201).contains("other", "order.t149", "user.t49");
            assertThat(one.typeTag("user.t49")).as("known to both").isEqualTo("user.t49");
            assertThat(one.typeTag("user.t50")).isEqualTo("other");
        }
    }

    @Test
    void what_stands_for_the_rest_takes_no_place_of_a_type() {
        try (SharedMeters meters = new SharedMeters(registry)) {
            assertThat(meters.typeTag("other")).isEqualTo("other");
            assertThat(tags(meters, "order.t", 200)).hasSize(200).doesNotContain("other");
        }
    }

    @Test
    void the_places_are_free_again_when_the_last_user_is_gone() {
        SharedMeters first = new SharedMeters(registry);
        SharedMeters second = new SharedMeters(registry);
        first.use(() -> Counter.builder("a").register(registry));
        second.use(() -> Counter.builder("a").register(registry));
        tags(first, "order.t", 200);
        first.close();
        assertThat(second.typeTag("user.created")).isEqualTo("other");
        second.close();
        assertThat(registry.getMeters()).extracting(Meter::getId).isEmpty();
        try (SharedMeters later = new SharedMeters(registry)) {
            assertThat(later.typeTag("user.created")).isEqualTo("user.created");
        }
    }
}
