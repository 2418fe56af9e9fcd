package dev.millrace.redis.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.redis.internal.RedisFault.Kind;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisLoadingException;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FaultsTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    LOADING Redis is loading the dataset in memory | LOADING | true
                    READONLY You can't write against a read only replica. | READONLY | true
                    READONLY Can not run script with write flag on readonly replica. | READONLY | true
                    CLUSTERDOWN Hash slot not served | CLUSTERDOWN | true
                    MASTERDOWN Link with MASTER is down | MASTERDOWN | true
                    TRYAGAIN Multiple keys request during rehashing of slot | TRYAGAIN | true
                    OOM command not allowed when used memory > 'maxmemory'. | OOM | true
                    OOM allow-oom flag is not set on the script | OOM | true
                    MISCONF Errors writing to the AOF file: No space left on device | MISCONF | true
                    NOREPLICAS Not enough good replicas to write. | NOREPLICAS | true
                    NOSCRIPT No matching script. | NOSCRIPT | true
                    BUSY Redis is busy running a script. | BUSY | true
                    UNKILLABLE Sorry the script already executed write commands | BUSY | true
                    UNBLOCKED force unblock from blocking operation, instance state changed | READONLY | true
                    UNBLOCKED the stream key no longer exists | NOGROUP | false
                    NOGROUP No such key 'a' or consumer group 'b' | NOGROUP | false
                    WRONGTYPE Operation against a key holding the wrong kind of value | WRONGTYPE | false
                    NOPERM this user has no permissions to run the 'xadd' command | NOPERM | false
                    NOAUTH Authentication required. | NOAUTH | false
                    WRONGPASS invalid username-password pair | NOAUTH | false
                    ERR unknown command | OTHER | false
                    ERR | OTHER | false
                    """)
    void an_error_reply_is_known_by_its_first_word(String error, Kind kind, boolean passing) {
        RedisFault reply = Faults.reply(error);

        assertThat(reply.kind()).isEqualTo(kind);
        assertThat(reply.message()).isEqualTo(error);
        assertThat(reply.passing()).isEqualTo(passing);
        assertThat(reply.outcomeUnknown()).as("Redis answered").isFalse();
        assertThat(Faults.of(new ExecutionException(new RedisCommandExecutionException(error)), true))
                .isEqualTo(reply);
    }

    @Test
    void a_subclass_of_the_clients_is_the_same() {
        assertThat(Faults.of(new RedisLoadingException("LOADING wait"), true).kind())
                .isEqualTo(Kind.LOADING);
    }

    @Test
    void what_was_written_and_not_answered_is_unknown_and_what_was_not_written_surely_did_not_happen() {
        RedisFault written = Faults.of(new RedisException("Connection disconnected"), true);
        RedisFault notWritten = Faults.of(new RedisException("Currently not connected. Commands are rejected."), false);

        assertThat(written.kind()).isEqualTo(Kind.CONNECTION_LOST);
        assertThat(written.outcomeUnknown()).isTrue();
        assertThat(notWritten.kind()).isEqualTo(Kind.NOT_CONNECTED);
        assertThat(notWritten.outcomeUnknown()).isFalse();
        assertThat(Faults.of(new CancellationException(), true).kind()).isEqualTo(Kind.CONNECTION_LOST);
    }

    @Test
    void the_message_names_the_root_of_the_trouble() {
        RedisFault fault = Faults.of(new RedisException("Unable to connect", new IOException("refused")), false);
        assertThat(fault.message()).isEqualTo("Unable to connect: refused");
        assertThat(Faults.of(new StackOverflowError(), true).message()).contains("StackOverflowError");
    }

    @Test
    void a_fault_on_its_way_up_stays_what_it_is() {
        RedisFaultException closed = Faults.exception(Kind.CLOSED, "closed");
        assertThat(Faults.of(new ExecutionException(closed), true)).isSameAs(closed.fault());
    }
}
