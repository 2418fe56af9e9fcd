package dev.millrace.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.consumer.ConsumerServer;
import dev.millrace.event.BodyCodec;
import dev.millrace.event.EventHeader;
import dev.millrace.publisher.EventPublisher;
import dev.millrace.publisher.WireForm;
import dev.millrace.testkit.RedisExtension;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every wire form, from a publisher through Redis to a handler that was told nothing of it. */
@Timeout(60)
class WireFormsIT {

    @RegisterExtension
    static final RedisExtension REDIS = new RedisExtension();

    record Note(String text, int number) {}

    @Test
    void one_handler_gets_what_publishers_of_all_forms_have_sent() {
        String text = "käse ".repeat(1_000);
        List<WireForm> forms = List.of(
                WireForm.envelope(),
                WireForm.split(),
                WireForm.split().gzip(),
                WireForm.split().zstd());
        List<Note> notes = new CopyOnWriteArrayList<>();
        List<EventHeader> headers = new CopyOnWriteArrayList<>();
        try (ConsumerServer server = server(BodyCodec.json())) {
            server.addHandler("note.taken", Note.class, (note, header) -> {
                notes.add(note);
                headers.add(header);
            });
            server.start();
            for (int i = 0; i < forms.size(); i++) {
                publish(forms.get(i), BodyCodec.json(), new Note(text, i));
            }
            await().untilAsserted(() -> assertThat(notes).hasSize(4));
        }
        assertThat(notes)
                .containsExactlyInAnyOrder(new Note(text, 0), new Note(text, 1), new Note(text, 2), new Note(text, 3));
        assertThat(headers).allSatisfy(header -> {
            assertThat(header.context()).isEqualTo(Map.of("role", "clerk"));
            assertThat(header.hash()).hasSize(64);
            assertThat(header.unknownMembers()).isEmpty();
        });
    }

    @Test
    void the_same_event_in_another_form_is_a_duplicate_since_the_hash_is_of_the_body_before_compression() {
        List<Note> notes = new CopyOnWriteArrayList<>();
        try (ConsumerServer server = server(BodyCodec.json())) {
            server.addHandler("note.taken", Note.class, (note, header) -> notes.add(note));
            server.start();
            Note note = new Note("x".repeat(5_000), 1);
            publish(WireForm.split().gzip(), BodyCodec.json(), note);
            publish(WireForm.envelope(), BodyCodec.json(), note);
            await().untilAsserted(() ->
                    assertThat(server.status().totals().duplicates()).isEqualTo(1));
        }
        assertThat(notes).hasSize(1);
    }

    @Test
    void bytes_of_any_kind_arrive_as_they_are() {
        byte[] bytes = new byte[4_096];
        bytes[7] = (byte) 0xFF;
        List<byte[]> bodies = new CopyOnWriteArrayList<>();
        try (ConsumerServer server = server(BodyCodec.binary())) {
            server.addHandler("note.taken", byte[].class, (body, header) -> bodies.add(body));
            server.start();
            publish(WireForm.split().zstd(), BodyCodec.binary(), bytes);
            await().untilAsserted(() -> assertThat(bodies).hasSize(1));
        }
        assertThat(bodies.get(0)).isEqualTo(bytes);
    }

    @Test
    void an_encoding_that_nobody_knows_is_dead_lettered_as_malformed_with_its_fields() {
        try (ConsumerServer server = server(BodyCodec.json())) {
            server.addHandler("note.taken", Note.class, (note, header) -> {});
            server.start();
            String header = "{\"id\":\"1\",\"type\":\"note.taken\",\"origin\":\"o\","
                    + "\"timestamp\":\"2026-11-21T08:15:30.000Z\",\"contentEncoding\":\"br\"}";
            REDIS.server().cli("XADD", "note-events", "*", "header", header, "body", "x");
            await().untilAsserted(() -> assertThat(REDIS.server().cli("XRANGE", "{note-events}:dead", "-", "+"))
                    .contains("MALFORMED", "content encoding 'br' is not known", header));
        }
    }

    private static ConsumerServer server(BodyCodec codec) {
        return ConsumerServer.builder().redis(REDIS.uri()).stream("note-events")
                .group("readers")
                .bodyCodec(codec)
                .build();
    }

    private static void publish(WireForm form, BodyCodec codec, Object body) {
        try (EventPublisher publisher = EventPublisher.builder("notes")
                .redis(REDIS.uri())
                .wireForm(form)
                .bodyCodec(codec)
                .build()) {
            publisher
                    .publish("note.taken", body, header -> header.context("role", "clerk"))
                    .join();
        }
    }
}
