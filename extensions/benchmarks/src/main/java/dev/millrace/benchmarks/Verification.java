package dev.millrace.benchmarks;

import dev.millrace.benchmarks.contenders.Contenders;
import dev.millrace.benchmarks.contenders.Setup;
import dev.millrace.testkit.RedisServer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks Redis, from another process than the contender's, whether what it claims has happened. */
final class Verification {

    /** Entries that are looked into, at each end of a stream. */
    private static final int SAMPLE = 50;

    /** Prebuilt values repeat after so many. */
    private static final long PREBUILT = 1_024;

    private static final JsonMapper MAPPER = new JsonMapper();

    private final RedisServer redis;
    private final Trial trial;
    private final Setup setup;

    Verification(RedisServer redis, Trial trial, Setup setup) {
        this.redis = redis;
        this.trial = trial;
        this.setup = setup;
    }

    /**
     * Refuses a trial after which something is missing.
     *
     * @throws TrialFailedException saying what
     */
    void verify() {
        requireStored();
        if (trial.kind() == Trial.Kind.PUBLISH) {
            if (!Contenders.REDIS_BENCHMARK.equals(trial.who())) {
                setup.streams().forEach(this::requireContent);
            }
        } else {
            setup.streams().forEach(this::requireSettled);
        }
    }

    private void requireStored() {
        long stored = setup.streams().stream().mapToLong(this::length).sum();
        if (stored != trial.total()) {
            throw failed("the streams hold " + stored + " entries, not " + trial.total());
        }
    }

    private long length(String stream) {
        return Long.parseLong(redis.cli("XLEN", stream));
    }

    /** Nothing is pending, and nothing was left unread. */
    private void requireSettled(String stream) {
        String pending =
                redis.cli("XPENDING", stream, setup.group()).lines().findFirst().orElse("");
        if (!"0".equals(pending)) {
            throw failed(pending + " entries of " + stream + " are pending");
        }
        List<String> unread = redis.cli("XINFO", "GROUPS", stream)
                .lines()
                .dropWhile(line -> !"lag".equals(line))
                .toList();
        if (unread.size() > 1 && !"0".equals(unread.get(1))) {
            throw failed(unread.get(1) + " entries of " + stream + " were not read");
        }
    }

    private void requireContent(String stream) {
        List<String> first = redis.cli("XRANGE", stream, "-", "+", "COUNT", String.valueOf(SAMPLE))
                .lines()
                .toList();
        List<String> last = redis.cli("XREVRANGE", stream, "+", "-", "COUNT", String.valueOf(SAMPLE))
                .lines()
                .toList();
        int streams = setup.streams().size();
        long offset = setup.streams().indexOf(stream);
        long end = trial.total() - 1 - Math.floorMod(trial.total() - 1 - offset, streams);
        // Each entry is three lines: its id, the field's name, the value.
        for (int i = 0; i < first.size() / 3; i++) {
            requireOrder(first.get(3 * i + 2), offset + (long) i * streams);
        }
        for (int i = 0; i < last.size() / 3; i++) {
            requireOrder(last.get(3 * i + 2), end - (long) i * streams);
        }
    }

    private void requireOrder(String envelope, long number) {
        JsonNode data = MAPPER.readTree(envelope).path("data");
        long expected = setup.on("prebuilt") ? number % PREBUILT : number;
        long found = data.path("body").path("number").asLong(-1);
        // Redisson sends each batch over whichever connection is free: several in flight pass one another.
        boolean inOrder = !Contenders.REDISSON.equals(trial.who());
        if (inOrder ? found != expected : found < 0 || found >= trial.total()) {
            throw failed("where order " + expected + " should be is: " + envelope);
        }
        String body = envelope.substring(envelope.indexOf(",\"body\":") + 8, envelope.length() - 2);
        if (!sha256(body).equals(text(data.path("header").path("hash")))) {
            throw failed("the hash is not that of the body: " + envelope);
        }
    }

    private static @Nullable String text(JsonNode node) {
        return node.isString() ? node.stringValue() : null;
    }

    private static String sha256(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime has no SHA-256, which every one must have", e);
        }
    }

    private TrialFailedException failed(String what) {
        return new TrialFailedException(trial.name() + ": " + what);
    }
}
