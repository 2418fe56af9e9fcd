package dev.millrace.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Compares {@link TypePattern} with a naive matcher over every type of a small alphabet. */
class TypePatternModelTest {
    private static final long SEED = 20261121L;
    private static final List<String> NAMES = List.of("a", "b", "ab", "c");

    /** Longer than two random patterns together need to meet, shorter than a minute's work. */
    private static final int LONGEST_TYPE = 6;

    private static final List<String> TYPES = allTypes();

    private final Random random = new Random(SEED);

    @Test
    void matching_agrees_with_a_naive_matcher() {
        int matched = 0;
        for (int i = 0; i < 400; i++) {
            TypePattern pattern = randomPattern(4);
            Pattern naive = naive(pattern);
            for (String type : TYPES) {
                boolean expected = naive.matcher(type).matches();
                matched += expected ? 1 : 0;
                assertThat(pattern.matches(type)).as("%s on %s", pattern, type).isEqualTo(expected);
            }
        }
        assertThat(matched).as("matches seen").isGreaterThan(10_000);
    }

    @Test
    void what_matches_a_part_of_another_is_more_specific_and_ambiguity_needs_a_common_type() {
        int parts = 0;
        int ambiguous = 0;
        for (int i = 0; i < 1_500; i++) {
            TypePattern one = randomPattern(3);
            TypePattern other = randomPattern(3);
            Set<String> ones = matchedBy(one);
            Set<String> others = matchedBy(other);
            Set<String> common = new HashSet<>(ones);
            common.retainAll(others);

            assertThat(one.overlaps(other)).as("%s overlaps %s", one, other).isEqualTo(!common.isEmpty());
            if (one.isAmbiguousWith(other)) {
                ambiguous++;
                assertThat(common).as("%s ambiguous with %s", one, other).isNotEmpty();
                assertThat(ones.equals(others) || (!ones.containsAll(others) && !others.containsAll(ones)))
                        .as("%s ambiguous with %s", one, other)
                        .isTrue();
            }
            if (others.containsAll(ones) && ones.size() < others.size()) {
                parts++;
                assertThat(one).as("part of %s", other).isLessThan(other);
            }
        }
        assertThat(parts).as("proper parts seen").isGreaterThan(50);
        assertThat(ambiguous).as("ambiguous pairs seen").isGreaterThan(50);
    }

    private TypePattern randomPattern(int maxSegments) {
        List<String> segments = new ArrayList<>();
        int length = 1 + random.nextInt(maxSegments);
        for (int i = 0; i < length; i++) {
            segments.add(random.nextInt(3) == 0 ? "*" : NAMES.get(random.nextInt(NAMES.size())));
        }
        switch (random.nextInt(4)) {
            case 0 -> segments.set(0, "**");
            case 1 -> segments.set(length - 1, "**");
            default -> {}
        }
        return TypePattern.of(String.join(".", segments));
    }

    private static Pattern naive(TypePattern pattern) {
        return Pattern.compile(Stream.of(pattern.toString().split("\\.", -1))
                .map(segment -> switch (segment) {
                    case "*" -> "[^.]+";
                    case "**" -> "[^.]+(\\.[^.]+)*";
                    default -> Pattern.quote(segment);
                })
                .collect(Collectors.joining("\\.")));
    }

    private static Set<String> matchedBy(TypePattern pattern) {
        return TYPES.stream().filter(pattern::matches).collect(Collectors.toSet());
    }

    private static List<String> allTypes() {
        List<String> all = new ArrayList<>();
        List<String> longest = List.of("");
        for (int n = 1; n <= LONGEST_TYPE; n++) {
            longest = longest.stream()
                    .flatMap(head -> NAMES.stream().map(name -> head.isEmpty() ? name : head + "." + name))
                    .toList();
            all.addAll(longest);
        }
        return all;
    }
}
