package dev.millrace.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TypePatternTest {

    @ParameterizedTest(name = "\"{0}\" is refused: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "''            | it is empty",
                ".             | empty segment",
                "order..paid   | empty segment",
                ".order        | empty segment",
                "order.        | empty segment",
                "a*b           | mixes *",
                "order.pa*     | mixes *",
                "**order       | mixes *",
                "***           | is no wildcard",
                "order.***     | is no wildcard",
                "a.**.b        | first or the last",
                "**.a.**       | ** twice",
                "**.**         | ** twice",
                "order paid    | is no segment",
                "order.>       | is no segment",
                "bestellung.bezählt | is no segment",
            })
    void a_pattern_that_is_none_is_refused_by_name(String pattern, String why) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TypePattern.of(pattern))
                .withMessageStartingWith("type pattern \"" + pattern + "\": ")
                .withMessageContaining(why);
    }

    @Test
    void a_pattern_longer_than_any_type_is_refused_and_the_longest_possible_is_not() {
        String longest = "a".repeat(255);

        assertThat(TypePattern.of(longest).matches(longest)).isTrue();
        assertThat(TypePattern.of("a".repeat(253) + ".**").matches("a".repeat(253) + ".b"))
                .isTrue();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TypePattern.of(longest + "a"))
                .withMessageContaining("at least 256");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TypePattern.of("a".repeat(254) + ".**"))
                .withMessageContaining("at least 256");
    }

    @Test
    void a_string_with_an_empty_segment_matches_nothing() {
        for (String pattern : List.of("**", "*", "*.*", "a.**", "**.b", "a.*.b")) {
            for (String type : List.of("", ".", "a.", ".b", "a..b", "a...b")) {
                assertThat(TypePattern.of(pattern).matches(type))
                        .as("%s on \"%s\"", pattern, type)
                        .isFalse();
            }
        }
    }

    @Test
    void patterns_sort_with_the_most_specific_first() {
        List<String> mostSpecificFirst = List.of(
                "a.b.c",
                "*.b.c",
                "a.b.*",
                "a.b",
                "a.b.**",
                "*.a.*",
                "a.*.*",
                "*.a",
                "a.*",
                "a",
                "*.*.a.**",
                "a.*.**",
                "**.a",
                "a.**",
                "*.*",
                "*",
                "*.*.**",
                "*.**",
                "**");

        List<String> sorted = mostSpecificFirst.stream()
                .sorted(Comparator.reverseOrder())
                .map(TypePattern::of)
                .sorted()
                .map(TypePattern::toString)
                .toList();

        assertThat(sorted).isEqualTo(mostSpecificFirst);
    }

    @ParameterizedTest(name = "{0} and {1}: {2}")
    @CsvSource({
        "order.*,   *.paid,    true", // order.paid
        "order.**,  **.paid,   true", // order.paid, order.x.paid
        "a.*.c,     a.b.*,     true", // a.b.c
        "*.b.**,    a.*.**,    true", // a.b.x
        "order.*,   order.*,   true",
        "order.*,   user.*,    false", // nothing in common
        "order.*,   order.**,  false", // the first is more specific
        "order.**,  *.paid,    false", // so is the second here
        "a.*.c,     a.b.d,     false",
        "a.b.**,    **.c.d,    true", // a.b.c.d
        "a.b.**,    c.**,      false",
    })
    void equally_specific_patterns_with_a_common_type_are_ambiguous(String one, String other, boolean ambiguous) {
        TypePattern left = TypePattern.of(one);
        TypePattern right = TypePattern.of(other);

        assertThat(left.isAmbiguousWith(right)).isEqualTo(ambiguous);
        assertThat(right.isAmbiguousWith(left)).isEqualTo(ambiguous);
    }

    @Test
    void only_a_pattern_without_wildcards_is_literal() {
        assertThat(Stream.of("order", "order.paid", "a-b.c_d").map(TypePattern::of))
                .allMatch(TypePattern::isLiteral);
        assertThat(Stream.of("*", "**", "order.*", "**.paid").map(TypePattern::of))
                .noneMatch(TypePattern::isLiteral);
    }

    @Test
    void patterns_of_the_same_text_are_equal() {
        assertThat(TypePattern.of("order.*"))
                .isEqualTo(TypePattern.of("order.*"))
                .hasSameHashCodeAs(TypePattern.of("order.*"))
                .isEqualByComparingTo(TypePattern.of("order.*"))
                .isNotEqualTo(TypePattern.of("order.**"))
                .hasToString("order.*");
    }

    @Test
    void matching_allocates_nothing() {
        List<TypePattern> patterns = Stream.of("order.paid", "order.*", "order.**", "**.late", "*.paid.*", "**")
                .map(TypePattern::of)
                .toList();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        countMatches(patterns, 1_000);

        long before = threads.getCurrentThreadAllocatedBytes();
        int matched = countMatches(patterns, 10_000);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;

        assertThat(matched).isEqualTo(40_000);
        assertThat(allocated).as("bytes for 60,000 matches").isLessThan(60_000);
    }

    private static int countMatches(List<TypePattern> patterns, int rounds) {
        int matched = 0;
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < patterns.size(); i++) {
                matched += patterns.get(i).matches("order.paid.late") ? 1 : 0;
            }
        }
        return matched;
    }
}
