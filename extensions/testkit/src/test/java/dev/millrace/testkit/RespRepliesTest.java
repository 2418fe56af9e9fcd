package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RespRepliesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "+OK\r\n",
                "-ERR no\r\n",
                ":12\r\n",
                "$-1\r\n",
                "*-1\r\n",
                "*0\r\n",
                "$0\r\n\r\n",
                "$4\r\n\r\n$1\r\n",
                "*2\r\n$1\r\na\r\n:1\r\n",
                "*2\r\n*1\r\n*0\r\n$1\r\na\r\n",
                "%1\r\n+k\r\n*2\r\n:1\r\n:2\r\n",
                "|1\r\n+k\r\n+v\r\n:7\r\n",
                ">2\r\n+a\r\n+b\r\n",
                "_\r\n"
            })
    void a_reply_ends_with_its_last_byte_whatever_its_kind(String reply) {
        assertThat(ends(reply)).containsExactly(reply.length() - 1);
        assertThat(ends(reply + reply)).containsExactly(reply.length() - 1, 2 * reply.length() - 1);
    }

    @Test
    void bytes_that_are_no_replies_do_no_harm() {
        assertThat(ends("$xyz\r\n+OK\r\n")).endsWith(10);
    }

    private static List<Integer> ends(String text) {
        RespReplies replies = new RespReplies();
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        List<Integer> ends = new ArrayList<>();
        for (int i = 0; i < bytes.length; i++) {
            if (replies.accept(bytes[i])) {
                ends.add(i);
            }
        }
        return ends;
    }
}
