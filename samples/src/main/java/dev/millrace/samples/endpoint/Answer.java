package dev.millrace.samples.endpoint;

import dev.millrace.event.BodyCodec;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What a request is answered with. */
record Answer(int status, String contentType, byte[] body) {

    static Answer json(int status, Object body) {
        return new Answer(status, "application/json", BodyCodec.json().encode(body));
    }

    static Answer error(int status, String message) {
        return json(status, Map.of("error", message));
    }

    static Answer text(String contentType, String body) {
        return new Answer(200, contentType, body.getBytes(StandardCharsets.UTF_8));
    }
}
