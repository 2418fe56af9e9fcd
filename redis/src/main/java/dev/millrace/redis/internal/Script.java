package dev.millrace.redis.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The scripts that Redis runs for us; each file says what its script guarantees, and in which order it proceeds. */
final class Script {

    static final Script CREATE = new Script("create");
    static final Script CLAIM = new Script("claim");
    static final Script RELEASE = new Script("release");
    static final Script FORGET = new Script("forget");
    static final Script TOUCH = new Script("touch", "whose");
    static final Script TAKE = new Script("take");
    static final Script DEAD_LETTER = new Script("dead_letter", "whose");
    static final Script SETTLE_DEAD = new Script("settle_dead", "whose");
    static final Script REMOVE_CONSUMER = new Script("remove_consumer");
    static final Script SAMPLE = new Script("sample");
    static final Script HOLD_NAME = new Script("hold_name");
    static final Script REMOVE_IDLE = new Script("remove_idle");
    static final Script TRIM = new Script("trim");
    static final Script REDRIVE = new Script("redrive");
    static final Script APPEND_ONCE = new Script("append_once");
    static final Script HOLD = new Script("hold");

    private final byte[] body;
    private final byte[] sha1;

    /**
     * @param shared what comes before its own lines, after the first
     */
    private Script(String file, String... shared) {
        String own = load(file);
        StringBuilder all = new StringBuilder(own);
        for (String each : shared) {
            all.insert(own.indexOf('\n') + 1, load(each));
        }
        body = all.toString().getBytes(StandardCharsets.UTF_8);
        sha1 = HexFormat.of().formatHex(sha1(body)).getBytes(StandardCharsets.US_ASCII);
    }

    byte[] body() {
        return body;
    }

    /** The name under which Redis knows it once it has seen it. */
    byte[] sha() {
        return sha1;
    }

    private static String load(String file) {
        String resource = "/dev/millrace/redis/" + file + ".lua";
        try (InputStream in = Script.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("missing from the jar: " + resource);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] sha1(byte[] body) {
        try {
            return MessageDigest.getInstance("SHA-1").digest(body);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
