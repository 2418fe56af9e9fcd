package dev.millrace.consumer;

import dev.millrace.event.Body;
import dev.millrace.event.BodyCodec;
import dev.millrace.event.internal.SplitCodec;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The body codecs of a server, by content type. Immutable. */
final class BodyCodecs {

    private final BodyCodec usual;
    private final Map<String, BodyCodec> named = new HashMap<>();

    /**
     * These, and {@link BodyCodec#binary()}.
     *
     * @param usual for bodies whose content type is not said, and for JSON if it is for JSON
     * @param more for their own content types
     */
    BodyCodecs(BodyCodec usual, List<BodyCodec> more) {
        this.usual = usual;
        add(BodyCodec.binary());
        more.forEach(this::add);
        add(usual);
    }

    private void add(BodyCodec codec) {
        named.put(mediaType(codec.contentType()), codec);
    }

    static String mediaType(String contentType) {
        return contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }

    /** The one for new bodies. */
    BodyCodec usual() {
        return usual;
    }

    /** Whether bodies of this content type can be read into this class; bytes can always be had. */
    boolean canRead(@Nullable String contentType, Class<?> bodyClass) {
        return bodyClass == byte[].class || find(contentType) != null;
    }

    /** Reads a body by the codec that its content type names. */
    <T> T decode(@Nullable String contentType, Body body, Class<T> bodyClass) {
        BodyCodec codec = find(contentType);
        return (codec == null ? BodyCodec.binary() : codec).decode(body, bodyClass);
    }

    private @Nullable BodyCodec find(@Nullable String contentType) {
        if (contentType == null) {
            return usual;
        }
        BodyCodec codec = named.get(mediaType(contentType));
        if (codec == null && SplitCodec.isJson(contentType)) {
            // application/cloudevents+json and the like are JSON.
            return SplitCodec.isJson(usual.contentType()) ? usual : named.get("application/json");
        }
        return codec;
    }

    /** The content types that can be read, for messages. */
    List<String> contentTypes() {
        return named.keySet().stream().sorted().toList();
    }
}
