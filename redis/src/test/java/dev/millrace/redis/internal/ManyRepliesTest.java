package dev.millrace.redis.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.redis.internal.RedisFault.Kind;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledHeapByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What comes from Redis, whole and byte by byte, and what of it reaches Lettuce. */
class ManyRepliesTest {

    private static final StreamAppender.Sending ANYHOW =
            new StreamAppender.Sending(Duration.ofSeconds(1), StreamAppender.Sending.ANY_GENERATION, false);

    private final EmbeddedChannel channel = new EmbeddedChannel(new ManyReplies());

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    private AppendBatch batch(int size) {
        StreamAppend append = new StreamAppend("s", "event".getBytes(StandardCharsets.US_ASCII));
        AppendBatch batch =
                AppendBatch.inOneCommand(Collections.nCopies(size, append), XAdd.Head::of, new Losses(), ANYHOW);
        batch.commands().get(0).encode(Unpooled.buffer());
        channel.writeOutbound(batch.commands().get(0));
        return batch;
    }

    private void command(CommandType type) {
        channel.writeOutbound(new Call<>(type, new StatusOutput<>(ByteArrayCodec.INSTANCE), Call.args()));
    }

    /** Each bar is the end of a line. */
    private void receive(String text) {
        channel.writeInbound(Unpooled.copiedBuffer(text.replace("|", "\r\n"), StandardCharsets.UTF_8));
    }

    private void receiveByteByByte(String text) {
        for (byte each : text.replace("|", "\r\n").getBytes(StandardCharsets.UTF_8)) {
            channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {each}));
        }
    }

    private String toLettuce() {
        StringBuilder text = new StringBuilder();
        for (ByteBuf next = channel.readInbound(); next != null; next = channel.readInbound()) {
            text.append(next.toString(StandardCharsets.UTF_8).replace("\r\n", "|"));
            next.release();
        }
        return text.toString();
    }

    private static List<String> answers(AppendBatch batch) {
        return batch.future().join().stream()
                .map(result -> result.fault() == null
                        ? String.valueOf(result.entryId())
                        : result.fault().kind().name())
                .toList();
    }

    @Test
    void a_batch_of_three_is_answered_by_three_replies_and_lettuce_sees_one() {
        AppendBatch batch = batch(3);
        receive("$3|1-0|-OOM used memory > 'maxmemory'|$4|12-3|");
        assertThat(answers(batch)).containsExactly("1-0", Kind.OOM.name(), "12-3");
        assertThat(toLettuce()).isEqualTo("+OK|");
    }

    @Test
    void nothing_reaches_lettuce_before_the_last_reply_and_the_first_ones_count_already() {
        AppendBatch batch = batch(2);
        receive("$3|1-0|$3|1-1");
        assertThat(batch.answered(0)).isTrue();
        assertThat(batch.answered(1)).isFalse();
        assertThat(toLettuce()).isEmpty();
    }

    @Test
    void other_commands_between_batches_keep_their_own_replies_byte_by_byte() {
        AppendBatch first = batch(2);
        command(CommandType.PING);
        command(CommandType.EXEC);
        command(CommandType.GET);
        AppendBatch second = batch(1);
        receiveByteByByte("$3|1-0|$3|1-1|+PONG|*3|$1|a|*1|:7|$-1|$-1|$5|123-4|");
        assertThat(answers(first)).containsExactly("1-0", "1-1");
        assertThat(answers(second)).containsExactly("123-4");
        assertThat(toLettuce()).isEqualTo("+OK|+PONG|*3|$1|a|*1|:7|$-1|$-1|+OK|");
    }

    @Test
    void commands_that_are_written_together_are_each_awaited() {
        Call<String> one = new Call<>(CommandType.PING, new StatusOutput<>(ByteArrayCodec.INSTANCE), Call.args());
        Call<String> other = new Call<>(CommandType.PING, new StatusOutput<>(ByteArrayCodec.INSTANCE), Call.args());
        channel.writeOutbound(List.of(one, other));
        AppendBatch batch = batch(1);
        receive("+PONG|+PONG|$3|1-0|");
        assertThat(answers(batch)).containsExactly("1-0");
        assertThat(toLettuce()).isEqualTo("+PONG|+PONG|+OK|");
    }

    @Test
    void what_nobody_asked_for_passes_as_it_is() {
        receive("-ERR max number of cli");
        assertThat(toLettuce()).isEqualTo("-ERR max number of cli");
    }

    @Test
    void after_a_batch_that_could_not_be_written_whole_no_reply_counts_for_another_and_the_connection_ends() {
        StreamAppend append = new StreamAppend("s", new byte[100]);
        AppendBatch cut = AppendBatch.inOneCommand(List.of(append), XAdd.Head::of, new Losses(), ANYHOW);
        RawCommand command = cut.commands().get(0);
        assertThatThrownBy(() -> command.encode(Unpooled.buffer(0, 10))).isInstanceOf(IndexOutOfBoundsException.class);
        channel.writeOutbound(command);
        AppendBatch next = batch(1);

        receive("$3|1-0|");

        assertThat(next.answered(0)).isFalse();
        assertThat(cut.answered(0)).isFalse();
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void more_replies_than_the_first_buffer_holds_are_all_taken() {
        int size = 4_000;
        AppendBatch batch = batch(size);
        receive("$15|1700000000000-0|".repeat(size));
        assertThat(answers(batch)).hasSize(size).containsOnly("1700000000000-0");
    }

    @Test
    void a_batch_whose_sender_has_not_heard_of_a_loss_stays_unless_it_is_written_already() {
        Losses losses = new Losses();
        StreamAppend append = new StreamAppend("s", new byte[0]);
        StreamAppender.Sending sending = new StreamAppender.Sending(Duration.ofSeconds(1), losses.told(), false);
        AppendBatch written = AppendBatch.inOneCommand(List.of(append), XAdd.Head::of, losses, sending);
        AppendBatch stays = AppendBatch.inOneCommand(List.of(append, append), XAdd.Head::of, losses, sending);
        written.commands().get(0).encode(Unpooled.buffer());

        losses.begin();

        assertThat(written.commands().get(0).isDone()).isFalse();
        assertThat(stays.commands().get(0).isDone()).isTrue();
        assertThat(answers(stays)).containsExactly(Kind.NOT_CONNECTED.name(), Kind.NOT_CONNECTED.name());
    }

    @Test
    void what_has_no_reply_when_the_connection_ends_is_lost_and_the_rest_is_stored() {
        AppendBatch batch = batch(3);
        batch.commands().get(0).encode(Unpooled.buffer());
        receive("$3|1-0|");

        batch.cancel();

        assertThat(answers(batch)).containsExactly("1-0", Kind.CONNECTION_LOST.name(), Kind.CONNECTION_LOST.name());
    }

    @Test
    void after_an_error_between_two_replies_nothing_counts_for_anybody() {
        AppendBatch first = batch(2);
        AppendBatch second = batch(1);
        receive("$3|1-0|");
        assertThatThrownBy(() -> channel.writeInbound(new Unreadable())).isInstanceOf(OutOfMemoryError.class);
        assertThat(channel.isOpen()).isFalse();
        assertThat(first.answered(0)).isTrue();
        assertThat(first.answered(1)).isFalse();
        assertThat(second.answered(0)).isFalse();
    }

    /** Bytes for which there is no room. */
    private static final class Unreadable extends UnpooledHeapByteBuf {

        Unreadable() {
            super(UnpooledByteBufAllocator.DEFAULT, new byte[8], 8);
            writerIndex(8);
        }

        @Override
        public ByteBuf readBytes(byte[] to, int at, int length) {
            throw new OutOfMemoryError("for a test");
        }
    }
}
