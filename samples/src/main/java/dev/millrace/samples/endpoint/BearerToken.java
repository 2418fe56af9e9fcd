package dev.millrace.samples.endpoint;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/** What a caller must show, compared in a time that tells nothing about it; not even its length. */
final class BearerToken {

    private static final String SCHEME = "Bearer ";

    private final byte @Nullable [] expected;

    /** @param token null for a door that is open to all */
    BearerToken(@Nullable String token) {
        if (token != null && token.isBlank()) {
            throw new IllegalArgumentException("token: got a blank one; give one that cannot be guessed, or none");
        }
        this.expected = token == null ? null : hash(token);
    }

    /**
     * Whether a caller with this header may come in.
     *
     * @param authorization null if there was none
     */
    boolean admits(@Nullable String authorization) {
        if (expected == null) {
            return true;
        }
        String given = authorization == null ? "" : authorization;
        boolean named = given.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
        String shown = named ? given.substring(SCHEME.length()) : "";
        return MessageDigest.isEqual(expected, hash(shown)) && named;
    }

    private static byte[] hash(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
