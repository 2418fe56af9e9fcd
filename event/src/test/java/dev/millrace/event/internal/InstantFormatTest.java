package dev.millrace.event.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InstantFormatTest {

    private static final DateTimeFormatter MILLIS =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

    @Test
    void any_instant_is_written_as_the_jdk_writes_it_and_read_back() {
        Random random = new Random(20261121);
        for (int i = 0; i < 10_000; i++) {
            Instant instant = Instant.ofEpochMilli(random.nextLong(-62_167_219_200_000L, 253_402_300_800_000L));

            assertThat(written(instant)).isEqualTo(MILLIS.format(instant));
            assertThat(InstantFormat.parse(written(instant))).isEqualTo(instant);
        }
    }

    @Test
    void another_timestamp_of_the_second_read_last_is_read_from_its_bytes() {
        assertThat(InstantFormat.parse("2026-11-21T08:15:30.123Z")).isNotNull();

        assertThat(read("2026-11-21T08:15:30.987Z")).isEqualTo(Instant.parse("2026-11-21T08:15:30.987Z"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026-11-21T08:15:31.987Z", "2026-11-21T08:15:30.98 Z", "2026-11-21T08:15:30.987+"})
    void what_is_not_of_that_second_or_of_our_form_is_left_to_others(String text) {
        assertThat(InstantFormat.parse("2026-11-21T08:15:30.123Z")).isNotNull();

        assertThat(read(text)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-21T08:15:30Z, 2026-11-21T08:15:30Z",
        "2026-11-21T08:15:30.123456789Z, 2026-11-21T08:15:30.123Z",
        "2026-11-21T08:15:30.5+02:00, 2026-11-21T06:15:30.500Z",
        "2024-02-29T00:00:00.000Z, 2024-02-29T00:00:00Z"
    })
    void other_iso_forms_are_read_too(String text, Instant expected) {
        assertThat(InstantFormat.parse(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"2026-02-30T00:00:00.000Z", "2026-11-21T24:00:01.000Z", "2026-11-21", "1763712930", "x", "Z"})
    void what_is_no_timestamp_is_malformed(String text) {
        assertThatThrownBy(() -> InstantFormat.parse(text))
                .isInstanceOf(MalformedEntryException.class)
                .hasMessageContaining("timestamp");
    }

    private static @Nullable Instant read(String text) {
        return InstantFormat.read(("\"" + text).getBytes(US_ASCII), 1);
    }

    private static String written(Instant instant) {
        byte[] bytes = new byte[InstantFormat.LENGTH + 1];
        InstantFormat.write(instant, bytes, 1);
        return new String(bytes, 1, InstantFormat.LENGTH, US_ASCII);
    }
}
