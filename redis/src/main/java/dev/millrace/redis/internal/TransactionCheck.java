package dev.millrace.redis.internal;

import dev.millrace.redis.RedisSetupException;
import dev.millrace.redis.internal.RedisFault.Kind;
import io.lettuce.core.api.StatefulConnection;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Whether this user may use transactions, by carrying out an empty one. */
final class TransactionCheck {

    private static final int SECONDS = 10;

    /** Sent nowhere; on a cluster both steps so go to one node. */
    private static final byte[] ANY_KEY = "millrace".getBytes(StandardCharsets.US_ASCII);

    private TransactionCheck() {}

    static void check(Connector connector) {
        try (StatefulConnection<byte[], byte[]> connection = connector.connect()) {
            Step begin = new Step(Transaction.MULTI);
            Step end = new Step(Transaction.EXEC);
            connection.dispatch(begin);
            connection.dispatch(end);
            begin.answer.get(SECONDS, TimeUnit.SECONDS);
            end.answer.get(SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RedisSetupException("redis: interrupted while connecting to " + connector.describe(), e);
        } catch (Exception e) {
            throw explain(connector.describe(), e);
        }
    }

    private static RedisSetupException explain(String where, Exception failure) {
        if (failure instanceof ExecutionException
                && failure.getCause() instanceof RedisFaultException e
                && e.fault().kind() == Kind.NOPERM) {
            String line = e.fault().message().lines().findFirst().orElse("");
            return new RedisSetupException(
                    "redis: strict order needs MULTI and EXEC, and " + where + " does not allow them to this user ("
                            + line + "); run ACL SETUSER <user> " + AccessRules.STRICT_ORDER
                            + ", or leave strictOrder off",
                    e);
        }
        return SetupFailures.explain(where, failure);
    }

    /** One command, and whether it was refused. */
    private static final class Step extends RawCommand {

        private final byte[] bytes;
        private final CompletableFuture<Void> answer = new CompletableFuture<>();

        Step(byte[] bytes) {
            super(Call.args().addKey(ANY_KEY));
            this.bytes = bytes;
        }

        @Override
        void write(ByteBuf buf) {
            buf.writeBytes(bytes);
        }

        @Override
        public void set(@Nullable ByteBuffer ok) {
            // OK
        }

        @Override
        public void complete() {
            if (hasError()) {
                boolean unused = failed(Transaction.reason(getError()));
            } else {
                answer.complete(null);
            }
        }

        @Override
        boolean failed(RedisFault fault) {
            return answer.completeExceptionally(new RedisFaultException(fault, null));
        }

        @Override
        public boolean isDone() {
            return answer.isDone();
        }
    }
}
