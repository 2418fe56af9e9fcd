package dev.millrace.event.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.event.EventHeader;
import org.junit.jupiter.api.Test;

class TraceMembersTest {

    private final EventHeader.Builder header =
            EventHeader.builder("order.paid").id("e-1").tenantId("ours");

    @Test
    void what_a_tracer_sets_it_finds_again() {
        TraceMembers.set(header, "traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        TraceMembers.set(header, "tracestate", "vendor=1");
        assertThat(TraceMembers.get(header.build(), "traceparent")).startsWith("00-0af7651916cd43dd");
        assertThat(TraceMembers.get(header.build(), "tracestate")).isEqualTo("vendor=1");
    }

    @Test
    void baggage_that_is_named_like_a_member_of_the_header_changes_none_and_keeps_no_event_from_being_published() {
        for (String name : new String[] {"tenantId", "id", "type", "correlationId", "key", "version"}) {
            TraceMembers.set(header, name, "theirs");
        }
        EventHeader built = header.build();
        assertThat(built.tenantId()).isEqualTo("ours");
        assertThat(built.id()).isEqualTo("e-1");
        assertThat(built.unknownMembers()).isEmpty();
    }

    @Test
    void what_does_not_fit_into_a_header_is_left_out() {
        TraceMembers.set(header, "baggage", "a\nb");
        TraceMembers.set(header, "quoted", "a\"b");
        assertThat(header.build().unknownMembers()).isEmpty();
    }
}
