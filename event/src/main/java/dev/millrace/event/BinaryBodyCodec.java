package dev.millrace.event;

/** Bodies that are bytes already, of whatever kind. */
final class BinaryBodyCodec implements BodyCodec {

    static final BodyCodec INSTANCE = new BinaryBodyCodec();

    @Override
    public byte[] encode(Object body) {
        if (body instanceof byte[] bytes) {
            return bytes.clone();
        }
        throw new BodyCodecException("body of class " + body.getClass().getName()
                + " is no byte[], and the binary codec serialises nothing; hand in bytes, or use another codec");
    }

    @Override
    public <T> T decode(Body body, Class<T> type) {
        requireReadable(type);
        return type.cast(body.copy());
    }

    @Override
    public void requireReadable(Class<?> type) {
        if (!type.isAssignableFrom(byte[].class)) {
            throw new BodyCodecException(
                    "body cannot be read as " + type.getName() + ": the binary codec gives byte[] only");
        }
    }

    @Override
    public String contentType() {
        return "application/octet-stream";
    }
}
