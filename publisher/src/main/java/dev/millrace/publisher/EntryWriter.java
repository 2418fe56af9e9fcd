package dev.millrace.publisher;

import dev.millrace.event.BodyCodec;
import dev.millrace.event.BodyCodecException;
import dev.millrace.event.Event;
import dev.millrace.event.EventHeader;
import dev.millrace.event.internal.ContentEncoding;
import dev.millrace.event.internal.EnvelopeCodec;
import dev.millrace.event.internal.SplitCodec;
import dev.millrace.redis.internal.StreamAppend;
import dev.millrace.routing.Route;

/** Serialises an event in one wire form. Thread-safe. */
final class EntryWriter {

    private final BodyCodec codec;
    private final WireForm form;

    /**
     * Checks that codec and form go together.
     *
     * @throws IllegalArgumentException if the form cannot hold what the codec writes
     */
    EntryWriter(BodyCodec codec, WireForm form) {
        if (!form.isSplit() && !SplitCodec.isJson(codec.contentType())) {
            throw new IllegalArgumentException("wireForm: got envelope, which holds JSON only, and bodyCodec writes "
                    + codec.contentType() + "; use wireForm(WireForm.split())");
        }
        this.codec = codec;
        this.form = form;
    }

    StreamAppend write(Event event, Route route) {
        EventHeader header = event.header();
        byte[] body = codec.encode(event.body());
        return form.isSplit()
                ? split(header, body, route.stream())
                : new StreamAppend(route.stream(), EnvelopeCodec.encode(header, body, route.prefix()));
    }

    private StreamAppend split(EventHeader header, byte[] body, String stream) {
        ContentEncoding encoding = form.encoding();
        if (encoding != null && body.length >= form.compressFrom()) {
            requireOpenable(body);
            byte[] compressed = encoding.encode(body);
            if (compressed.length < body.length) {
                return new StreamAppend(
                        stream, SplitCodec.header(header, body, codec.contentType(), encoding), compressed);
            }
        }
        return new StreamAppend(stream, SplitCodec.header(header, body, codec.contentType(), null), body);
    }

    private void requireOpenable(byte[] body) {
        if (body.length > form.maxOpened()) {
            throw new BodyCodecException("body has " + body.length
                    + " bytes before compression, and at most " + form.maxOpened()
                    + " are allowed; make it smaller, or allow more with maxOpenedBytes, up to the "
                    + ContentEncoding.MAX_OPENED + " that consumers open");
        }
    }
}
