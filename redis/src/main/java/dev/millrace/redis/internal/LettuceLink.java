package dev.millrace.redis.internal;

import io.lettuce.core.cluster.SlotHash;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** The door over Lettuce: keeps what it handed out, so as to close it. Thread-safe. */
final class LettuceLink implements RedisLink {

    private final Connector connector;
    private final Set<Wire> wires = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean closed = new AtomicBoolean();

    LettuceLink(Connector connector) {
        this.connector = connector;
    }

    @Override
    public String describe() {
        return connector.describe();
    }

    @Override
    public void check() {
        ServerCheck.check(connector);
    }

    @Override
    public void checkTransactions() {
        TransactionCheck.check(connector);
    }

    @Override
    public StreamAppender appender() {
        return new LettuceAppender(wire(connector.forAppends(), "append"));
    }

    @Override
    public StreamArchive archive(Duration commandTimeout) {
        return new LettuceStreamArchive(wire("archive"), commandTimeout);
    }

    @Override
    public StreamRetention retention(Duration commandTimeout) {
        return new LettuceStreamRetention(wire("retention"), commandTimeout);
    }

    @Override
    public StreamGroup group(GroupOptions options) {
        return new LettuceStreamGroup(options, wire("command"), () -> wire("read"));
    }

    @Override
    public List<List<String>> readTogether(List<String> streams) {
        if (!connector.cluster()) {
            return List.of(List.copyOf(streams));
        }
        Map<Integer, List<String>> bySlot = new LinkedHashMap<>();
        for (String stream : streams) {
            bySlot.computeIfAbsent(SlotHash.getSlot(stream), slot -> new ArrayList<>())
                    .add(stream);
        }
        return List.copyOf(bySlot.values());
    }

    private Wire wire(String purpose) {
        return wire(connector, purpose);
    }

    private Wire wire(Connector by, String purpose) {
        if (closed.get()) {
            throw new IllegalStateException(
                    "redis: the connection to " + connector.describe() + " is closed; open another");
        }
        Wire wire = new Wire(by, purpose, wires::remove);
        wires.add(wire);
        return wire;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            wires.forEach(Wire::close);
            connector.shutdown();
        }
    }

    @Override
    public String toString() {
        return connector.describe();
    }
}
