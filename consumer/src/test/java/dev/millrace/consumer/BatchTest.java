package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.event.Delivery;
import dev.millrace.testkit.Deliveries;
import dev.millrace.testkit.Events;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchTest {

    private final Batch.Item<String> one = item("1-0");
    private final Batch.Item<String> two = item("2-0");
    private final Batch<String> batch = new Batch<>(List.of(one, two));

    private static Batch.Item<String> item(String entryId) {
        Delivery delivery =
                Deliveries.of(Events.header("order.paid")).entryId(entryId).build();
        return new Batch.Item<>(entryId, delivery.header(), delivery);
    }

    @Test
    void without_an_exception_those_succeeded_that_were_not_failed() {
        IOException cause = new IOException("no");
        batch.fail(two, cause);
        assertThat(batch.end(null)).containsOnlyKeys(two.delivery()).containsValue(cause);
    }

    @Test
    void an_exception_fails_those_that_were_not_settled() {
        IllegalStateException thrown = new IllegalStateException("half-way");
        batch.succeed(one);
        assertThat(batch.end(thrown)).containsOnlyKeys(two.delivery()).containsValue(thrown);
    }

    @Test
    void settling_twice_too_late_or_what_is_not_there_is_refused() {
        batch.succeed(one);
        assertThatThrownBy(() -> batch.fail(one, new IOException()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageEndingWith("was settled before");
        assertThatThrownBy(() -> batch.succeed(item("3-0")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith("is not of this batch");
        batch.end(null);
        assertThatThrownBy(() -> batch.succeed(two))
                .hasMessage("the batch is over: settle its items before its handler returns");
    }

    @Test
    void a_batch_of_one_that_threw_after_its_success_has_succeeded() {
        assertThatCode(() -> Batch.callWithOne(
                        own -> {
                            own.succeed(own.items().get(0));
                            throw new IOException("later");
                        },
                        one))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> Batch.callWithOne(own -> own.fail(own.items().get(0), new IOException("no")), one))
                .isInstanceOf(IOException.class);
    }
}
