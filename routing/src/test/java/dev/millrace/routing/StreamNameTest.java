package dev.millrace.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.event.EventHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StreamNameTest {

    @Test
    void a_template_is_filled_in_for_each_event() {
        Routing routing = Routing.builder()
                .route("order.**")
                .toStream("{origin}:{namespace}:{type}")
                .route("user.**")
                .toStream("{{namespace}}:users")
                .build();

        assertThat(routing.resolve(event("order.paid", "billing")).stream()).isEqualTo("billing:order:order.paid");
        assertThat(routing.resolve(event("order.paid", "web")).stream()).isEqualTo("web:order:order.paid");
        assertThat(routing.resolve(event("user.created")).stream()).isEqualTo("{user}:users");
    }

    @Test
    void an_origin_is_text_and_never_a_placeholder_or_a_tag() {
        Routing routing =
                Routing.builder().route("**").toStream("{origin}-events").build();

        assertThatExceptionOfType(UnroutableEventException.class)
                .isThrownBy(() -> routing.resolve(event("order.paid", "{type}")))
                .withMessageContaining("the origin has braces");
        assertThatExceptionOfType(UnroutableEventException.class)
                .isThrownBy(() -> routing.resolve(event("order.paid")))
                .withMessageContaining("event order.paid: route \"**\" goes to stream \"{origin}-events\"")
                .withMessageContaining("no origin; set one");
    }

    @ParameterizedTest(name = "stream name \"{0}\" is refused: {1}")
    @CsvSource({
        "'',               it is empty",
        "'  ',             it is empty",
        "{},               braces",
        "{type,            braces",
        "type},            braces",
        "}a{,              braces",
        "{a}{b},           braces",
        "{{a}},            braces",
        "{{type}}{origin}{x}, braces",
        "{Type}-events,    write {type}",
        "{nameSpace}x,     write {namespace}",
        "'a\tb',           control character",
    })
    void a_stream_name_that_is_none_is_refused(String name, String why) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Routing.builder().route("order.*").toStream(name))
                .withMessageStartingWith("stream name \"")
                .withMessageContaining(why);
    }

    @ParameterizedTest
    @CsvSource({
        "orders",
        "{orders}:eu",
        "eu:{orders}",
        "{type}",
        "{{type}}",
        "{{origin}}:{type}",
        "{x-{type}}",
        "orders:dead"
    })
    void a_stream_name_with_placeholders_and_one_tag_is_taken(String name) {
        Routing routing = Routing.builder().route("order.*").toStream(name).build();

        assertThat(routing.resolve(event("order.paid", "web")).stream())
                .isEqualTo(name.replace("{type}", "order.paid").replace("{origin}", "web"));
    }

    private static EventHeader event(String type) {
        return EventHeader.builder(type).build();
    }

    private static EventHeader event(String type, String origin) {
        return EventHeader.builder(type).origin(origin).build();
    }
}
