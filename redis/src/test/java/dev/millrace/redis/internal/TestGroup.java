package dev.millrace.redis.internal;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A group with a reader for its one stream. */
final class TestGroup implements StreamGroup {

    private final String stream;
    private final StreamGroup group;
    private final StreamReader reader;

    TestGroup(RedisLink link, GroupOptions options) {
        stream = options.stream();
        group = link.group(options);
        reader = group.reader();
    }

    List<StreamEntry> read(int count, Duration block) {
        return reader.read(List.of(stream), count, block).getOrDefault(stream, List.of());
    }

    void unblock() {
        reader.unblock();
    }

    @Override
    public GroupState create(String startId) {
        return group.create(startId);
    }

    @Override
    public StreamReader reader() {
        return group.reader();
    }

    @Override
    public List<PendingEntry> idle(Duration minIdle, @Nullable StreamId after, int count) {
        return group.idle(minIdle, after, count);
    }

    @Override
    public List<PendingEntry> own(@Nullable StreamId after, int count) {
        return group.own(after, count);
    }

    @Override
    public Taken take(List<StreamId> ids, Duration minIdle) {
        return group.take(ids, minIdle);
    }

    @Override
    public List<Ownership> touch(List<Touch> touches, Duration idle) {
        return group.touch(touches, idle);
    }

    @Override
    public Claims claims() {
        return group.claims();
    }

    @Override
    public Buried deadLetter(String epoch, DeadLetterMove letter) {
        return group.deadLetter(epoch, letter);
    }

    @Override
    public long ack(List<StreamId> ids) {
        return group.ack(ids);
    }

    @Override
    public @Nullable Duration holdName(Duration time) {
        return group.holdName(time);
    }

    @Override
    public List<String> removeIdle(Duration idle) {
        return group.removeIdle(idle);
    }

    @Override
    public boolean removeConsumer() {
        return group.removeConsumer();
    }

    @Override
    public long pending() {
        return group.pending();
    }

    @Override
    public GroupSample sample() {
        return group.sample();
    }

    @Override
    public void close() {
        group.close();
    }
}
