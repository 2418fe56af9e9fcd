package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VersionRangeTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "[1.0.0,2.0.0); 1.0.0; true",
                "[1.0.0,2.0.0); 1.99.3; true",
                "[1.0.0,2.0.0); 1.10; true",
                "[1.0.0,2.0.0); 2.0.0; false",
                "[1.0.0,2.0.0); 2.0.0-beta; false",
                "[1.0.0,2.0.0); 0.9; false",
                "[1.0.0,2.0.0); next; false",
                "(1,2]; 1.0.0; false",
                "(1,2]; 2.0.0; true",
                "[1.2,); 1.2.0; true",
                "[1.2,); 700.1; true",
                "[ 1.2 , 1.3 ]; 1.3; true",
                "(,2); 0.0.1; true",
                "(,2); 2; false",
                "1; 1.0.0; true",
                "1.2.0; 1.2.1; false",
                "1.2.0; 1.2.0+build.7; true"
            })
    void a_range_contains_what_its_brackets_say(String range, String version, boolean contained) {
        assertThat(VersionRange.of(range).contains(version)).isEqualTo(contained);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "latest; use [1.0.0,2.0.0), [1.2,) or a single version, 1.2.0",
                "1.0.0,2.0.0; use [1.0.0,2.0.0), [1.2,) or a single version, 1.2.0",
                "[1.0.0; use [1.0.0,2.0.0), [1.2,) or a single version, 1.2.0",
                "[1.x,2); use numbers joined by dots for a version, not '1.x'",
                "[2.0,1.0]; use a lower version before a higher one: it contains none",
                "[1.0,1.0.0); use a lower version before a higher one: it contains none"
            })
    void what_is_no_range_is_refused_with_its_mend(String text, String mend) {
        assertThatThrownBy(() -> HandlerOptions.defaults().versions(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("versions: got '" + text + "'; " + mend);
    }

    @Test
    void an_event_type_reads_the_versions_that_share_its_first_number_or_its_own_if_that_is_none() {
        assertThat(VersionRange.compatibleWith("1.4.2")).hasToString("[1.0.0,2.0.0)");
        assertThat(VersionRange.compatibleWith("spring").contains("spring")).isTrue();
        assertThat(VersionRange.compatibleWith("spring").contains("summer")).isFalse();
        assertThat(VersionRange.compatibleWith("spring").contains("1.0.0")).isFalse();
    }
}
