package dev.millrace.redis.internal;

import io.lettuce.core.protocol.CommandArgs;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What stands before and after the appends of a batch that is stored as a whole or not at all. */
final class Transaction {

    static final byte[] MULTI = "*1\r\n$5\r\nMULTI\r\n".getBytes(StandardCharsets.US_ASCII);
    static final byte[] EXEC = "*1\r\n$4\r\nEXEC\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final String BECAUSE = "EXECABORT Transaction discarded because of: ";

    private Transaction() {}

    /** Why a transaction was refused, where the server wraps it into a word of its own. */
    static RedisFault reason(String error) {
        return Faults.reply(error.startsWith(BECAUSE) ? error.substring(BECAUSE.length()) : error);
    }

    /** Its own answer means nothing: an error shows in the answers that follow. */
    static final class Begin extends RawCommand {

        private final AppendBatch batch;

        Begin(CommandArgs<byte[], byte[]> key, AppendBatch batch) {
            super(key);
            this.batch = batch;
        }

        @Override
        void write(ByteBuf buf) {
            buf.writeBytes(MULTI);
        }

        @Override
        public void set(@Nullable ByteBuffer ok) {
            // OK
        }

        @Override
        public void complete() {
            // the appends follow
        }

        @Override
        boolean failed(RedisFault fault) {
            return batch.fail(fault);
        }

        @Override
        public boolean isDone() {
            return batch.future().isDone();
        }
    }

    /** Its answer has an entry id or an error for each append in order; or is one error for all. */
    static final class End extends RawCommand {

        private final AppendBatch batch;
        private boolean carriedOut;
        private @Nullable RedisFault moved;
        private int next;

        End(CommandArgs<byte[], byte[]> key, AppendBatch batch) {
            super(key);
            this.batch = batch;
        }

        @Override
        void write(ByteBuf buf) {
            buf.writeBytes(EXEC);
        }

        @Override
        public void multi(int count) {
            carriedOut = true;
        }

        @Override
        public void set(@Nullable ByteBuffer id) {
            if (id != null) {
                batch.stored(next++, StandardCharsets.US_ASCII.decode(id).toString());
            }
        }

        @Override
        public void setError(ByteBuffer error) {
            if (carriedOut) {
                batch.failed(
                        next++,
                        Faults.reply(StandardCharsets.UTF_8.decode(error).toString()));
                return;
            }
            // Kept from Lettuce, as of an append: elsewhere, this would end another transaction.
            moved = XAdd.moved(error, true);
            if (moved == null) {
                super.setError(error);
            }
        }

        @Override
        public void complete() {
            if (moved != null) {
                batch.discarded(moved);
                return;
            }
            String error = hasError() ? getError() : "ERR the transaction has no answer for this append";
            batch.discarded(reason(error));
        }

        @Override
        boolean failed(RedisFault fault) {
            return batch.fail(fault);
        }

        @Override
        public boolean isDone() {
            return batch.future().isDone();
        }
    }
}
