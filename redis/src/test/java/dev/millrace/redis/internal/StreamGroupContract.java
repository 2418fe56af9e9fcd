package dev.millrace.redis.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.redis.internal.RedisFault.Kind;
import dev.millrace.testkit.RedisServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What every implementation of {@link StreamGroup} is held to; the subclasses say it topic by topic. */
abstract class StreamGroupContract {

    static final String STREAM = "orders";
    static final String GROUP = "shipping";
    static final Duration WINDOW = Duration.ofMinutes(5);

    /** An idle time that everything pending has reached. */
    static final Duration NONE = Duration.ZERO;

    static final Duration LONG = Duration.ofHours(1);

    RedisLink link;
    TestGroup ours;
    TestGroup theirs;
    String epoch;

    /** The server under test, empty. */
    abstract RedisServer server();

    /** A door to it. */
    abstract RedisLink connect();

    @BeforeEach
    void open() {
        link = connect();
        ours = consumer("ours");
        theirs = consumer("theirs");
        epoch = ours.create("0").epoch();
    }

    @AfterEach
    void close() {
        link.close();
    }

    TestGroup consumer(String name) {
        return new TestGroup(link, options(STREAM, GROUP, name));
    }

    static GroupOptions options(String stream, String group, String consumer) {
        return new GroupOptions(stream, group, consumer, WINDOW, 1_000_000, 1_000, Duration.ofSeconds(20));
    }

    StreamId add(String id, String... fields) {
        List<String> command = new ArrayList<>(List.of("XADD", STREAM, id));
        command.addAll(List.of(fields.length == 0 ? new String[] {"data", "x"} : fields));
        return StreamId.parse(server().cli(command.toArray(new String[0])).trim());
    }

    StreamId add() {
        return add("*");
    }

    List<StreamId> addMany(int count) {
        List<StreamId> ids = new ArrayList<>();
        try (StreamAppender appender = link.appender()) {
            List<StreamAppend> batch = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                batch.add(new StreamAppend(STREAM, bytes("entry " + i)));
            }
            for (AppendResult result :
                    appender.append(batch, Duration.ofSeconds(30)).join()) {
                ids.add(StreamId.parse(result.entryId()));
            }
        }
        return ids;
    }

    List<StreamId> readAll(TestGroup group) {
        List<StreamId> ids = new ArrayList<>();
        List<StreamEntry> entries;
        do {
            entries = group.read(1_000, Duration.ZERO);
            entries.forEach(entry -> ids.add(entry.id()));
        } while (!entries.isEmpty());
        return ids;
    }

    /** Who Redis says has this entry pending, and how often it was delivered; empty if nobody has. */
    String pendingRow(StreamId id) {
        List<String> lines = server().cli("XPENDING", STREAM, GROUP, id.toString(), id.toString(), "1")
                .lines()
                .toList();
        return lines.size() < 4 ? "" : lines.get(1) + " " + lines.get(3);
    }

    long length(String stream) {
        return Long.parseLong(server().cli("XLEN", stream).trim());
    }

    static byte[] key(int number) {
        byte[] key = new byte[16];
        key[0] = (byte) (number * 31);
        key[1] = (byte) (number >>> 8);
        key[2] = (byte) number;
        key[3] = (byte) (number >>> 16);
        // Bytes that a careless script would stumble over.
        key[4] = '\n';
        key[5] = (byte) 0xff;
        return key;
    }

    /** A claim by an event whose tag is 1. */
    static KeyClaim wish(StreamId id, byte[] key) {
        return new KeyClaim(id, key, 1, WINDOW.toMillis());
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static void assertFault(Kind kind, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        RedisFaultException failure = catchThrowableOfType(RedisFaultException.class, call);
        assertThat(failure).as("a fault of kind " + kind).isNotNull();
        assertThat(failure.fault().kind()).isEqualTo(kind);
    }
}
