package dev.millrace.consumer;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.event.EventHeader;
import dev.millrace.event.internal.BodyHash;
import dev.millrace.event.internal.EnvelopeCodec;
import dev.millrace.redis.Redis;
import dev.millrace.redis.internal.RedisLink;
import dev.millrace.redis.internal.StreamAppend;
import dev.millrace.redis.internal.StreamAppender;
import dev.millrace.testkit.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** A stream of its own for a test, written and looked at without Millrace. */
final class TestStream {

    static final String GROUP = "workers";

    private final RedisServer redis;
    private final String name;

    private int buried;

    TestStream(RedisServer redis) {
        this(redis, freshName());
    }

    TestStream(RedisServer redis, String name) {
        this.redis = redis;
        this.name = name;
    }

    static String freshName() {
        return "test-" + UUID.randomUUID();
    }

    /** The same stream as another server has it. */
    TestStream at(RedisServer other) {
        return new TestStream(other, name);
    }

    String name() {
        return name;
    }

    String dead() {
        return "{" + name + "}:dead";
    }

    /** Where it stands which process has a consumer's name. */
    String holder(String consumer) {
        return "{" + name + "}:group:" + GROUP + ":consumer:" + consumer;
    }

    /** A server for this stream with times that suit a test. */
    ConsumerServerBuilder server() {
        return server(ConsumerServer.builder().redis(redis.uri()));
    }

    /** As {@link #server()}, at this door. */
    ConsumerServerBuilder server(Redis door) {
        return server(ConsumerServer.builder().redis(door));
    }

    ConsumerServerBuilder server(ConsumerServerBuilder builder) {
        return builder.stream(name)
                .group(GROUP)
                .readBlock(Duration.ofMillis(100))
                .claimIdle(Duration.ofMillis(900))
                .retry(RetryPolicy.fixed(3, Duration.ofMillis(20)));
    }

    String add(String type, String json) {
        return add("*", type, json, header -> {});
    }

    String add(String entryId, String type, String json, Consumer<EventHeader.Builder> members) {
        byte[] body = json.getBytes(UTF_8);
        EventHeader.Builder header =
                EventHeader.builder(type).origin("test").hash(BodyHash.sha256Hex(body, 0, body.length));
        members.accept(header);
        byte[] data = EnvelopeCodec.encode(header.build(), body, "");
        return text(redis.command(bytes("XADD"), bytes(name), bytes(entryId), bytes("data"), data));
    }

    /** An event to be written with many others. */
    record Added(String type, byte[] body, String key) {}

    /** Writes many at once. */
    void addMany(int count, IntFunction<Added> events) {
        try (RedisLink link = RedisLink.owned(redis.uri());
                StreamAppender appender = link.appender()) {
            List<StreamAppend> batch = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                Added event = events.apply(i);
                EventHeader header = EventHeader.builder(event.type())
                        .origin("test")
                        .hash(BodyHash.sha256Hex(event.body(), 0, event.body().length))
                        .key(event.key())
                        .build();
                batch.add(new StreamAppend(name, EnvelopeCodec.encode(header, event.body(), "")));
                if (batch.size() == 1_000 || i == count - 1) {
                    appender.append(batch, Duration.ofSeconds(30)).join();
                    batch = new ArrayList<>();
                }
            }
        }
    }

    String addRaw(String... fields) {
        List<byte[]> words = new ArrayList<>(List.of(bytes("XADD"), bytes(name), bytes("*")));
        for (String field : fields) {
            words.add(bytes(field));
        }
        return text(redis.command(words.toArray(byte[][]::new)));
    }

    /** One of this kind, or two; their entry ids. */
    List<String> addPlanned(History.Kind kind, String id) {
        return addPlanned(kind, id, header -> {});
    }

    /** As {@link #addPlanned(History.Kind, String)}, with these members of the header. */
    List<String> addPlanned(History.Kind kind, String id, Consumer<EventHeader.Builder> members) {
        String body = kind.body(id);
        return switch (kind) {
            case MALFORMED -> List.of(addRaw("raw", id));
            case HUGE ->
                List.of(addRaw(
                        IntStream.range(0, 8_000).mapToObj(Integer::toString).toArray(String[]::new)));
            case UNKNOWN -> List.of(add("*", "nobody.wants", body, members));
            case TWIN -> List.of(add("*", "order.paid", body, members), add("*", "order.paid", body, members));
            default -> List.of(add("*", "order.paid", body, members));
        };
    }

    /** Makes what this consumer holds idle for longer than that, as if the time had passed. */
    void age(String consumer, Duration idle) {
        String script = "for _, row in ipairs(redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 1000, ARGV[2])) do "
                + "redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, row[1], 'IDLE', ARGV[3], 'JUSTID') end";
        redis.cli("EVAL", script, "1", name, GROUP, consumer, Long.toString(idle.toMillis() + 1));
    }

    /** Whether this consumer holds something that others cannot take over yet. */
    boolean keeps(String consumer, Duration claimIdle) {
        String script = "local rows = redis.pcall('XPENDING', KEYS[1], ARGV[1], '-', '+', 1000, ARGV[2]) "
                + "for _, row in ipairs(rows) do if row[3] < tonumber(ARGV[3]) then return 1 end end return 0";
        return redis.cli("EVAL", script, "1", name, GROUP, consumer, Long.toString(claimIdle.toMillis()))
                .equals("1");
    }

    long length() {
        return Long.parseLong(redis.cli("XLEN", name));
    }

    /** Creates the group if need be, and reads everything as this consumer, which does nothing with it. */
    void readAs(String consumer) {
        redis.cli("EVAL", "redis.pcall('XGROUP', 'CREATE', KEYS[1], ARGV[1], '0')", "1", name, GROUP);
        redis.cli("XREADGROUP", "GROUP", GROUP, consumer, "STREAMS", name, ">");
    }

    /** How many idempotency claims are held. */
    long claims() {
        String script = "local n = 0 for _, key in ipairs(redis.call('KEYS', ARGV[1])) do "
                + "if redis.call('TYPE', key).ok == 'hash' then for i, f in ipairs(redis.call('HVALS', key)) do "
                + "if string.match(f, '^%w+%-%w+%-%w+$') then n = n + 1 end end end end return n";
        return Long.parseLong(redis.cli("EVAL", script, "0", "{" + name + "}:group:" + GROUP + ":claims:*"));
    }

    /** The fields of each dead letter, oldest first. */
    List<Map<String, String>> deadLetters() {
        List<Map<String, String>> letters = new ArrayList<>();
        for (Object row : (List<?>) redis.command(bytes("XRANGE"), bytes(dead()), bytes("-"), bytes("+"))) {
            List<?> fields = (List<?>) ((List<?>) row).get(1);
            Map<String, String> letter = new LinkedHashMap<>();
            for (int i = 0; i < fields.size(); i += 2) {
                letter.put(text(fields.get(i)), text(fields.get(i + 1)));
            }
            letters.add(letter);
        }
        return letters;
    }

    long pending() {
        List<?> summary = (List<?>) redis.command(bytes("XPENDING"), bytes(name), bytes(GROUP));
        return (Long) summary.get(0);
    }

    /** Whether the group has been given everything that is there, and nothing of it is pending. */
    boolean settled() {
        String script = "local groups = redis.pcall('XINFO', 'GROUPS', KEYS[1]) for _, g in ipairs(groups) do "
                + "if g[2] == ARGV[1] then return g[6] == 0 "
                + "and #redis.call('XRANGE', KEYS[1], '(' .. g[8], '+', 'COUNT', 1) == 0 and 1 or 0 end end return 0";
        return redis.cli("EVAL", script, "1", name, GROUP).equals("1");
    }

    /** Consumer names that the group knows. */
    String consumers() {
        return redis.cli("XINFO", "CONSUMERS", name, GROUP);
    }

    /** A server as {@link #server()}, of another group. */
    ConsumerServerBuilder server(String group) {
        return ConsumerServer.builder().redis(redis.uri()).stream(name)
                .group(group)
                .readBlock(Duration.ofMillis(100))
                .claimIdle(Duration.ofMillis(600));
    }

    String envelope(String type, String json) {
        byte[] body = json.getBytes(UTF_8);
        EventHeader header = EventHeader.builder(type)
                .origin("test")
                .hash(BodyHash.sha256Hex(body, 0, body.length))
                .build();
        return new String(EnvelopeCodec.encode(header, body, ""), UTF_8);
    }

    /** One entry with several events, as the Node library writes it. */
    static String nodeBatch(String type, String... bodies) {
        List<String> messages = new ArrayList<>();
        for (String body : bodies) {
            byte[] bytes = body.getBytes(UTF_8);
            String header = "{\"id\":\"" + UUID.randomUUID() + "\",\"type\":\"" + type
                    + "\",\"origin\":\"node\",\"timestamp\":\"2026-01-01T00:00:00.000Z\",\"hash\":\""
                    + BodyHash.sha256Hex(bytes, 0, bytes.length) + "\",\"version\":\"1.0.0\"}";
            messages.add(
                    "{\"eventType\":\"" + type + "\",\"envelope\":{\"header\":" + header + ",\"body\":" + body + "}}");
        }
        return "{\"pattern\":\"batch\",\"data\":{\"header\":{\"type\":\"batch\",\"messageCount\":" + bodies.length
                + ",\"batchId\":\"b\",\"timestamp\":\"2026-01-01T00:00:00.000Z\"},\"body\":{\"messages\":["
                + String.join(",", messages) + "]}}}";
    }

    /** A dead letter as a server writes it. */
    String bury(String type, String json, String group, String reason) {
        return buryRaw(List.of("data", envelope(type, json)), group, reason, 0);
    }

    String buryRaw(List<String> fields, String group, String reason, int redriven) {
        buried++;
        return bury(fields, group, reason, List.of("entry", buried + "-1", "redriven", "" + redriven));
    }

    String buryEntry(String entry, List<String> fields, String group) {
        return bury(fields, group, "RETRIES_EXHAUSTED", List.of("entry", entry));
    }

    private String bury(List<String> fields, String group, String reason, List<String> more) {
        List<byte[]> words = new ArrayList<>(List.of(bytes("XADD"), bytes(dead()), bytes("*")));
        fields.forEach(field -> words.add(bytes(field)));
        List<String> ours = new ArrayList<>(List.of("reason", reason, "stream", name, "group", group));
        ours.addAll(more);
        for (int i = 0; i < ours.size(); i++) {
            words.add(bytes(i % 2 == 0 ? "millrace." + ours.get(i) : ours.get(i)));
        }
        return text(redis.command(words.toArray(byte[][]::new)));
    }

    /** The values of a field, over the stream's entries. */
    List<String> values(String field) {
        List<String> values = new ArrayList<>();
        for (Object row : (List<?>) redis.command(bytes("XRANGE"), bytes(name), bytes("-"), bytes("+"))) {
            List<?> fields = (List<?>) ((List<?>) row).get(1);
            for (int i = 0; i < fields.size(); i += 2) {
                if (text(fields.get(i)).equals(field)) {
                    values.add(text(fields.get(i + 1)));
                }
            }
        }
        return values;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static String text(Object reply) {
        return reply instanceof byte[] raw ? new String(raw, UTF_8) : String.valueOf(reply);
    }
}
