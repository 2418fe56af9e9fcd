package dev.millrace.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.event.EventHeader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Random routings against what their patterns say about every type of a small alphabet. */
class RoutingModelTest {
    private static final long SEED = 4711L;

    /** The third name is in no pattern: it stands for all the types that nobody thought of. */
    private static final List<String> NAMES = List.of("a", "b", "other");

    private static final List<String> TYPES = allTypes(5);

    private final Random random = new Random(SEED);

    @Test
    void build_refuses_exactly_the_routings_with_a_doubt_and_the_others_choose_the_most_specific() {
        int accepted = 0;
        int refused = 0;
        for (int i = 0; i < 2_000; i++) {
            List<TypePattern> patterns = randomPatterns();
            boolean sound = isSound(patterns);
            Routing routing;
            try {
                routing = build(patterns);
            } catch (IllegalArgumentException e) {
                assertThat(sound).as("%s refused: %s", patterns, e.getMessage()).isFalse();
                refused++;
                continue;
            }
            assertThat(sound).as("%s accepted", patterns).isTrue();
            accepted++;
            assertChoices(routing, patterns);
        }
        assertThat(accepted).isGreaterThan(200);
        assertThat(refused).isGreaterThan(200);
    }

    private void assertChoices(Routing routing, List<TypePattern> patterns) {
        for (int i = 0; i < 20; i++) {
            String type = TYPES.get(random.nextInt(TYPES.size()));
            List<TypePattern> winners = winners(patterns, type);
            String expected = winners.isEmpty() ? type.replaceFirst("\\..*", "") + "-events" : "to " + winners.get(0);
            EventHeader header = EventHeader.builder(type).build();

            assertThat(routing.resolve(header).stream())
                    .as("%s by %s", type, patterns)
                    .isEqualTo(expected);
            assertThat(routing.explain(header).route()).contains(routing.resolve(header));
        }
    }

    private static Routing build(List<TypePattern> patterns) {
        RoutingBuilder builder = Routing.builder();
        patterns.forEach(pattern -> builder.route(pattern.toString()).toStream("to " + pattern));
        return builder.build(warning -> {});
    }

    /** Each type has at most one winner, and each pattern wins at least one type. */
    private static boolean isSound(List<TypePattern> patterns) {
        Set<TypePattern> winning = new LinkedHashSet<>();
        for (String type : TYPES) {
            List<TypePattern> winners = winners(patterns, type);
            if (winners.size() > 1) {
                return false;
            }
            winning.addAll(winners);
        }
        return winning.containsAll(patterns);
    }

    /** By the definition: most literals, then no {@code **}, then most segments. */
    private static List<TypePattern> winners(List<TypePattern> patterns, String type) {
        int best = patterns.stream()
                .filter(pattern -> pattern.matches(type))
                .mapToInt(RoutingModelTest::specificity)
                .max()
                .orElse(0);
        return patterns.stream()
                .filter(pattern -> pattern.matches(type) && specificity(pattern) == best)
                .toList();
    }

    private static int specificity(TypePattern pattern) {
        String[] segments = pattern.toString().split("\\.", -1);
        long literals = Arrays.stream(segments).filter(s -> !s.contains("*")).count();
        return (int) literals * 100 + (pattern.toString().contains("**") ? 0 : 50) + segments.length;
    }

    private List<TypePattern> randomPatterns() {
        Set<TypePattern> patterns = new LinkedHashSet<>();
        int count = 2 + random.nextInt(3);
        while (patterns.size() < count) {
            int length = 1 + random.nextInt(2);
            List<String> segments = new ArrayList<>(
                    IntStream.range(0, length).mapToObj(i -> randomSegment()).toList());
            if (random.nextBoolean()) {
                segments.set(random.nextBoolean() ? 0 : length - 1, "**");
            }
            patterns.add(TypePattern.of(String.join(".", segments)));
        }
        return List.copyOf(patterns);
    }

    private String randomSegment() {
        return List.of("*", "*", "a", "b").get(random.nextInt(4));
    }

    private static List<String> allTypes(int longest) {
        List<String> all = new ArrayList<>();
        List<String> last = List.of("");
        for (int n = 1; n <= longest; n++) {
            last = last.stream()
                    .flatMap(head -> NAMES.stream().map(name -> head.isEmpty() ? name : head + "." + name))
                    .toList();
            all.addAll(last);
        }
        return all;
    }
}
