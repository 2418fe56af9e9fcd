package dev.millrace.redis.internal;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All appends of a batch in one command, whose many replies {@link ManyReplies} takes. */
final class XAddAll extends RawCommand {

    /** What surrounds the values beyond the head: lengths, line ends, a second field's name. */
    private static final int AROUND = 48;

    private final List<StreamAppend> appends;
    private final List<XAdd.Head> heads;
    private final AppendBatch batch;
    private boolean whole;

    /**
     * Not sent yet.
     *
     * @param heads one for each append
     */
    XAddAll(List<StreamAppend> appends, List<XAdd.Head> heads, AppendBatch batch) {
        super(heads.get(0).key());
        this.appends = appends;
        this.heads = heads;
        this.batch = batch;
    }

    /** How many appends, and so replies. */
    int size() {
        return appends.size();
    }

    @Override
    void write(ByteBuf buf) {
        int bytes = 0;
        for (int i = 0; i < appends.size(); i++) {
            bytes += heads.get(i).bytes().length + appends.get(i).bytes() + AROUND;
        }
        buf.ensureWritable(bytes); // grown once, and not by doubling
        for (int i = 0; i < appends.size(); i++) {
            heads.get(i).write(appends.get(i), buf);
        }
        whole = true;
    }

    /** Whether all of it was written; if not, for want of memory for instance, its replies are not those that come. */
    boolean whole() {
        return whole;
    }

    /** The reply to one append: an entry id or an error. */
    void answered(int index, ReplyCutter reply) {
        String id = reply.kind() == '$' ? reply.text() : "";
        if (!id.isEmpty()) {
            batch.stored(index, id);
        } else {
            batch.refused(index, Faults.reply(reply.line()));
        }
    }

    @Override
    public void set(@Nullable ByteBuffer ok) {
        // for the replies, which are taken
    }

    @Override
    public void complete() {
        // each append has been answered
    }

    @Override
    boolean failed(RedisFault fault) {
        return batch.fail(fault);
    }

    /** Lettuce asks before it writes, and leaves out what is done. */
    @Override
    public boolean isDone() {
        return batch.future().isDone() || (!written() && batch.withheld());
    }
}
