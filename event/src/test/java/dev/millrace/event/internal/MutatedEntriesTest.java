package dev.millrace.event.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MutatedEntriesTest {

    private static final long SEED = 20261121;
    private static final int MUTANTS = 5_000;
    private static final byte[] TELLING = "{}[]\",:\\u0e-.tfn \n\u0000".getBytes(StandardCharsets.UTF_8);

    @Test
    void a_damaged_entry_is_an_event_or_malformed_and_never_anything_else() {
        Random random = new Random(SEED);
        int malformed = 0;
        for (int i = 0; i < MUTANTS; i++) {
            byte[] entry = mutant(random);
            malformed += isMalformed(entry, i) ? 1 : 0;
        }
        assertThat(malformed).as("malformed of %d", MUTANTS).isBetween(MUTANTS / 10, MUTANTS - MUTANTS / 100);
    }

    @Test
    void what_is_read_of_a_damaged_entry_can_be_written_and_read_again() {
        Random random = new Random(SEED + 1);
        for (int i = 0; i < MUTANTS; i++) {
            byte[] entry = mutant(random);
            if (!isMalformed(entry, i)) {
                for (DecodedEvent event : EnvelopeCodec.decode(entry, "1-0")) {
                    assertRoundTrip(event, entry);
                }
            }
        }
    }

    @Test
    void every_prefix_of_an_entry_is_malformed() {
        for (String name : Golden.NAMES) {
            byte[] whole = Golden.bytes(name);
            for (int length = 0; length < whole.length; length++) {
                byte[] cut = Arrays.copyOf(whole, length);
                assertThatThrownBy(() -> EnvelopeCodec.decode(cut, "1-0")).isInstanceOf(MalformedEntryException.class);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{\"a\":", "[{\"a\":"})
    void nesting_without_end_is_malformed_and_does_not_overflow_the_stack(String opening) {
        byte[] deep = ("{\"data\":{\"body\":" + opening.repeat(1_000_000)).getBytes(StandardCharsets.UTF_8);

        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(10),
                () -> assertThatThrownBy(() -> EnvelopeCodec.decode(deep, "1-0"))
                        .isInstanceOf(MalformedEntryException.class)
                        .hasMessageContaining("nested deeper than 500"));
    }

    @Test
    void a_reason_never_holds_what_the_body_says() {
        byte[] entry =
                "{\"data\":{\"header\":{},\"body\":{\"card\":4111111111111111x}}}".getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> EnvelopeCodec.decode(entry, "1-0"))
                .isInstanceOf(MalformedEntryException.class)
                .message()
                .doesNotContain("4111")
                .hasSizeLessThan(200);
    }

    private static byte[] mutant(Random random) {
        byte[] entry = Golden.bytes(Golden.NAMES.get(random.nextInt(Golden.NAMES.size())));
        int changes = 1 + random.nextInt(3);
        for (int i = 0; i < changes; i++) {
            entry = changed(entry, random);
        }
        return entry;
    }

    private static byte[] changed(byte[] entry, Random random) {
        int at = random.nextInt(entry.length);
        int length = Math.min(1 + random.nextInt(20), entry.length - at);
        byte[] copy = entry.clone();
        switch (random.nextInt(5)) {
            case 0 -> copy[at] = (byte) random.nextInt(256);
            case 1 -> copy[at] = TELLING[random.nextInt(TELLING.length)];
            case 2 -> copy[at] ^= (byte) (1 << random.nextInt(8));
            case 3 -> System.arraycopy(entry, random.nextInt(entry.length - length + 1), copy, at, length);
            default -> {
                return spliced(entry, at, length);
            }
        }
        return copy;
    }

    /** The entry with one of its pieces left out. */
    private static byte[] spliced(byte[] entry, int at, int length) {
        byte[] rest = new byte[Math.max(1, entry.length - length)];
        System.arraycopy(entry, 0, rest, 0, Math.min(at, rest.length));
        System.arraycopy(entry, at + length, rest, at, entry.length - at - length);
        return rest;
    }

    private static boolean isMalformed(byte[] entry, int mutant) {
        try {
            List<DecodedEvent> events = EnvelopeCodec.decode(entry, "1-0");
            assertThat(events).isNotEmpty();
            return false;
        } catch (MalformedEntryException e) {
            assertThat(e.getMessage()).hasSizeBetween(1, 300).doesNotContain("\n");
            return true;
        } catch (RuntimeException | StackOverflowError e) {
            return fail("mutant " + mutant + " of seed " + SEED + ": " + new String(entry, StandardCharsets.UTF_8), e);
        }
    }

    private static void assertRoundTrip(DecodedEvent event, byte[] entry) {
        byte[] again = EnvelopeCodec.encode(event.header(), event.body().copy(), "");
        DecodedEvent read = EnvelopeCodec.decode(again, "1-0").get(0);
        String of = new String(entry, StandardCharsets.UTF_8);
        assertThat(read.header()).as(of).isEqualTo(event.header());
        assertThat(read.body()).as(of).isEqualTo(event.body());
    }
}
