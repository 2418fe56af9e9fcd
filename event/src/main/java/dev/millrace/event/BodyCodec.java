package dev.millrace.event;

import tools.jackson.databind.ObjectMapper;

/** Turns bodies into bytes and back; implementations are thread-safe. */
public interface BodyCodec {

    /**
     * Serialises a body. A {@code byte[]} is taken as one JSON value already serialised, checked, and used as it is; it
     * must be free of line breaks and surrounding white space.
     *
     * @param body a record, bean, map, JSON tree or string, or a {@code byte[]} of JSON text
     * @return the serialised body, in an array that nobody else changes
     * @throws BodyCodecException if the body cannot be serialised
     */
    byte[] encode(Object body);

    /**
     * Reads a body. {@code byte[].class} gives a copy of the bytes; {@code Object}, {@code Map} and {@code JsonNode} give
     * a tree. Numbers with a fraction become exact {@code BigDecimal}s where the type leaves it open.
     *
     * @param body the serialised body
     * @param type what to read it into
     * @param <T> what to read it into
     * @return the body, never null
     * @throws BodyCodecException if the bytes are not such a body, or are JSON's {@code null}
     */
    <T> T decode(Body body, Class<T> type);

    /**
     * Refuses a class that no body could ever be read into, as far as that can be known beforehand. By default every class
     * is accepted.
     *
     * @param type what bodies are to be read into
     * @throws BodyCodecException if that cannot work: what is wrong with the class and how to mend it
     */
    default void requireReadable(Class<?> type) {}

    /**
     * What the bytes are.
     *
     * @return a media type, for instance {@code application/json}
     */
    String contentType();

    /**
     * JSON: unknown members ignored, times as ISO-8601 text, members in declaration order, non-ASCII unescaped.
     *
     * @return the default codec
     */
    static BodyCodec json() {
        return JacksonBodyCodec.DEFAULT;
    }

    /**
     * JSON by a mapper of your own, used as it is configured, but never indented: an event is one line.
     *
     * @param mapper the mapper
     * @return a codec that uses it
     */
    static BodyCodec json(ObjectMapper mapper) {
        return new JacksonBodyCodec(mapper);
    }

    /**
     * Bodies that are bytes already, protocol buffers for instance: a {@code byte[]} goes out and comes in as it is. Needs
     * the wire form {@code split}.
     *
     * @return a codec of content type {@code application/octet-stream}
     */
    static BodyCodec binary() {
        return BinaryBodyCodec.INSTANCE;
    }
}
