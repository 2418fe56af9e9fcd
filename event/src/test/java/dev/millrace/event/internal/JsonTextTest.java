package dev.millrace.event.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTextTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "null",
                "true",
                "false",
                "0",
                "-0.5e+10",
                "1E9",
                "\"\"",
                "\"\\u00e9\\n\\\"\\/ é 北 🚀\"",
                "{\"a\":[1,{\"b\":[]},\"]\"],\"c\":{}}",
                "[ 1 , 2 ]"
            })
    void one_json_value_is_accepted(String json) {
        assertThatCode(() -> JsonText.requireOneValue(json.getBytes(UTF_8))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " 1",
                "1 ",
                "1\n",
                "[1,\n2]",
                "[\r1]",
                "[1\n]",
                "{\n\"a\":1}",
                "{\"a\"\r\n:1}",
                "{\"a\":\n1}",
                "{\"a\":1\n}",
                "{\"a\":1,\n\"b\":2}",
                "{} {}",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{,}",
                "{a:1}",
                "[1,]",
                "[1 2]",
                "[1}",
                "01",
                "1.",
                ".5",
                "1e",
                "+1",
                "-",
                "nul",
                "truex",
                "NaN",
                "'a'",
                "\"a",
                "\"\\x\"",
                "\"\\u12g4\"",
                "\"\\",
                "\"tab\there\"",
                "\uFEFF{}"
            })
    void anything_else_is_refused(String json) {
        assertThatThrownBy(() -> JsonText.requireOneValue(json.getBytes(UTF_8)))
                .isInstanceOf(MalformedEntryException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"\u00e9\"",
                "\"\u00c0\u0080\"",
                "\"\u00ed\u00a0\u0080\"",
                "\"\u00f4\u0090\u0080\u0080\"",
                "\"\u00e2\u0082\"",
                "\"\u00ff\""
            })
    void bytes_that_are_no_utf_8_are_refused(String bytes) {
        assertThatThrownBy(() -> JsonText.requireOneValue(bytes.getBytes(ISO_8859_1)))
                .isInstanceOf(MalformedEntryException.class)
                .hasMessageContaining("UTF-8");
    }

    @Test
    void objects_and_arrays_are_told_apart_at_any_depth() {
        String mixed = "{\"a\":[".repeat(250) + "1" + "]}".repeat(250);

        assertThatCode(() -> JsonText.requireOneValue(mixed.getBytes(UTF_8))).doesNotThrowAnyException();
        for (int at = mixed.indexOf(']'); at < mixed.length(); at++) {
            char end = mixed.charAt(at);
            String wrong = mixed.substring(0, at) + (end == '}' ? ']' : '}') + mixed.substring(at + 1);
            assertThatThrownBy(() -> JsonText.requireOneValue(wrong.getBytes(UTF_8)))
                    .hasMessageContaining("'" + end + "' expected");
        }
    }

    @Test
    void nesting_is_accepted_up_to_500() {
        String deep = "[".repeat(500) + "]".repeat(500);

        assertThatCode(() -> JsonText.requireOneValue(deep.getBytes(UTF_8))).doesNotThrowAnyException();
        assertThatThrownBy(() -> JsonText.requireOneValue(("[" + deep + "]").getBytes(UTF_8)))
                .hasMessageContaining("deeper than 500");
    }
}
