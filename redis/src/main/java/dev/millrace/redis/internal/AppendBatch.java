package dev.millrace.redis.internal;

import dev.millrace.redis.internal.RedisFault.Kind;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.protocol.CommandArgs;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The answers to one batch: the first answer to each append counts, and the last of these completes the future. Thread-safe. */
final class AppendBatch {

    private static final RedisFault WITHHELD =
            new RedisFault(Kind.NOT_CONNECTED, "the connection was lost with what was sent before");

    private final CompletableFuture<List<AppendResult>> future = new CompletableFuture<>();
    private final AtomicReferenceArray<@Nullable AppendResult> results;
    private final AtomicInteger unanswered;
    private final List<RawCommand> commands = new ArrayList<>();
    private final Losses losses;
    private final StreamAppender.Sending sending;
    private final AtomicBoolean lost = new AtomicBoolean();
    private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.NEW);
    private volatile @Nullable RedisFault refusal;
    private volatile @Nullable StatefulConnection<byte[], byte[]> connection;

    private enum Stage {
        NEW,
        HANDED_OVER,
        EXPIRED
    }

    private AppendBatch(int size, Losses losses, StreamAppender.Sending sending) {
        this.losses = losses;
        this.sending = sending;
        results = new AtomicReferenceArray<>(size);
        unanswered = new AtomicInteger(size);
        if (size == 0) {
            future.complete(List.of());
        }
    }

    /**
     * As many commands as appends, and two around them if it is atomic. Not sent yet.
     *
     * @param sending a transaction, if it is atomic, which needs all appends to be for one stream
     */
    static AppendBatch oneByOne(
            List<StreamAppend> appends,
            Function<String, XAdd.Head> heads,
            Losses losses,
            StreamAppender.Sending sending) {
        AppendBatch batch = new AppendBatch(appends.size(), losses, sending);
        for (int i = 0; i < appends.size(); i++) {
            StreamAppend append = appends.get(i);
            batch.commands.add(new XAdd(heads.apply(append.stream()), append, batch, i));
        }
        if (sending.atomic() && !appends.isEmpty()) {
            batch.commands.add(0, new Transaction.Begin(batch.commands.get(0).getArgs(), batch));
            batch.commands.add(new Transaction.End(batch.commands.get(0).getArgs(), batch));
        }
        return batch;
    }

    /** All in one command, for connections with {@link ManyReplies}; never atomic. Not sent yet. */
    static AppendBatch inOneCommand(
            List<StreamAppend> appends,
            Function<String, XAdd.Head> heads,
            Losses losses,
            StreamAppender.Sending sending) {
        AppendBatch batch = new AppendBatch(appends.size(), losses, sending);
        if (!appends.isEmpty()) {
            List<XAdd.Head> each =
                    appends.stream().map(append -> heads.apply(append.stream())).toList();
            batch.commands.add(new XAddAll(appends, each, batch));
        }
        return batch;
    }

    /** Whether something was lost of which the sender had not heard; whatever is sent now might pass it. */
    boolean isBehindLoss() {
        return sending.generation() != StreamAppender.Sending.ANY_GENERATION && losses.unheardOf(sending.generation());
    }

    /** Nothing of it goes. */
    void withhold() {
        fail(WITHHELD);
    }

    /** {@link #withheld(int)} for all of it. */
    boolean withheld() {
        if (!isBehindLoss()) {
            return false;
        }
        withhold();
        return true;
    }

    /**
     * Whether this append must not go any more, asked when it is about to be written: between sending and that, the
     * connection may have been lost and found again. A transaction is not cut in half: strict order has one in flight.
     */
    boolean withheld(int index) {
        if (sending.atomic() || !isBehindLoss()) {
            return false;
        }
        failed(index, WITHHELD);
        return true;
    }

    boolean isAtomic() {
        return sending.atomic();
    }

    CompletableFuture<List<AppendResult>> future() {
        return future;
    }

    /** What is sent for it, in order. */
    List<RawCommand> commands() {
        return commands;
    }

    void dispatch(StatefulConnection<byte[], byte[]> to) {
        connection = to;
        if (future.isDone() || !stage.compareAndSet(Stage.NEW, Stage.HANDED_OVER)) {
            return;
        }
        try {
            to.dispatch(commands);
        } catch (RuntimeException e) {
            if (keys().size() > 1) {
                // On a cluster, some nodes may have got theirs, and not written them yet.
                fail(new RedisFault(Kind.CONNECTION_LOST, Faults.of(e, true).message()));
            } else {
                commands.forEach(command -> command.completeExceptionally(e));
            }
        }
    }

    /** The keys that its commands are for, each as bytes. */
    Collection<byte[]> keys() {
        IdentityHashMap<CommandArgs<byte[], byte[]>, byte[]> keys = new IdentityHashMap<>();
        CommandArgs<byte[], byte[]> last = null;
        for (RawCommand command : commands) {
            CommandArgs<byte[], byte[]> args = command.getArgs();
            if (args != last) {
                last = args;
                keys.computeIfAbsent(args, AppendBatch::bytes);
            }
        }
        return keys.values();
    }

    private static byte[] bytes(CommandArgs<byte[], byte[]> key) {
        ByteBuffer encoded = key.getFirstEncodedKey();
        byte[] bytes = new byte[encoded == null ? 0 : encoded.remaining()];
        if (encoded != null) {
            encoded.get(bytes);
        }
        return bytes;
    }

    boolean stored(int index, String entryId) {
        return answer(index, new AppendResult(entryId, null));
    }

    /** The server has refused one append; in a transaction, that is what becomes of all of them. */
    void refused(int index, RedisFault fault) {
        if (!sending.atomic()) {
            failed(index, fault);
        } else if (refusal == null) {
            refusal = fault;
        }
    }

    /** The transaction was not carried out. */
    void discarded(RedisFault fault) {
        RedisFault cause = refusal;
        fail(cause == null ? fault : cause);
    }

    boolean failed(int index, RedisFault fault) {
        return answer(index, new AppendResult(null, fault));
    }

    /** Ends what is unanswered; false if nothing was. */
    boolean fail(RedisFault fault) {
        boolean any = false;
        for (int i = 0; i < results.length(); i++) {
            any |= failed(i, fault);
        }
        return any;
    }

    /** The connection has ended; on its I/O thread. */
    void cancel() {
        commands.forEach(RawCommand::cancel);
    }

    /**
     * Time is up: what was handed to a connection may still be carried out, the rest surely not.
     *
     * @return the connection that owes answers; null if none does
     */
    @Nullable
    StatefulConnection<byte[], byte[]> expire(String where, long millis) {
        boolean sent = !stage.compareAndSet(Stage.NEW, Stage.EXPIRED);
        boolean any = fail(new RedisFault(
                sent ? Kind.TIMEOUT : Kind.NOT_CONNECTED,
                (sent ? "no answer from " : "no connection to ") + where + " within " + millis + " ms"));
        return sent && any ? connection : null;
    }

    boolean answered(int index) {
        return results.get(index) != null;
    }

    private boolean answer(int index, AppendResult result) {
        if (!results.compareAndSet(index, null, result)) {
            return false;
        }
        RedisFault fault = result.fault();
        if (fault != null && fault.connectionLost() && lost.compareAndSet(false, true)) {
            losses.begin();
        }
        if (unanswered.decrementAndGet() == 0) {
            complete();
        }
        return true;
    }

    private void complete() {
        try {
            List<AppendResult> all = new ArrayList<>(results.length());
            for (int i = 0; i < results.length(); i++) {
                AppendResult each = results.get(i);
                if (each != null) {
                    all.add(each);
                }
            }
            future.complete(all);
        } catch (Throwable e) {
            future.completeExceptionally(e); // out of memory; nobody else would
            throw e;
        } finally {
            if (lost.get()) {
                losses.tell();
            }
        }
    }
}
