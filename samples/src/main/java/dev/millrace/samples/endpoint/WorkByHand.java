package dev.millrace.samples.endpoint;

import dev.millrace.consumer.ConsumerServer;
import dev.millrace.consumer.ProcessResult;
import dev.millrace.event.Body;
import dev.millrace.event.BodyCodec;
import dev.millrace.event.BodyCodecException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has a server process what a request asks for, one request after the other, and says at once that it will. Thread-safe. */
final class WorkByHand implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(WorkByHand.class);
    private static final int MAX_WAITING = 16;
    private static final int MAX_ENTRIES = 1_000;
    private static final Pattern ENTRY_ID = Pattern.compile("\\d{1,20}-\\d{1,20}");

    private final ConsumerServer server;
    private final ThreadPoolExecutor worker;

    /** One entry of a stream; without stream and group, of the only one that the server reads. */
    record Entry(
            @Nullable String entryId,
            @Nullable String stream,
            @Nullable String group) {}

    /** At most so many new entries, 1 to 1,000. */
    record Batch(@Nullable Integer entries) {}

    private interface Work {
        ProcessResult run() throws InterruptedException;
    }

    WorkByHand(ConsumerServer server) {
        this.server = server;
        this.worker = new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MAX_WAITING), task -> {
            Thread thread = new Thread(task, "worker-by-hand");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** {@code {"entryId": "…", "stream": "…", "group": "…"}}. */
    Answer event(byte[] request) {
        Entry wanted = read(request, Entry.class);
        String id = wanted == null ? null : wanted.entryId();
        if (wanted == null || id == null || !ENTRY_ID.matcher(id).matches() || !reads(wanted)) {
            return Answer.error(
                    400,
                    "send {\"entryId\": \"1700000000000-0\"}, with \"stream\" and \"group\" for one of several: "
                            + served());
        }
        String stream = wanted.stream();
        String group = wanted.group();
        return accept(
                "entry " + id,
                () -> stream == null || group == null ? server.process(id) : server.process(stream, group, id));
    }

    /** Whether the server reads that stream in that group, or neither is named. */
    private boolean reads(Entry wanted) {
        if (wanted.stream() == null && wanted.group() == null) {
            return true;
        }
        return served().contains(wanted.stream() + "/" + wanted.group());
    }

    private List<String> served() {
        return server.status().streams().stream()
                .map(stream -> stream.stream() + "/" + stream.group())
                .toList();
    }

    /** {@code {"entries": 100}}. */
    Answer batch(byte[] request) {
        Batch wanted = read(request, Batch.class);
        Integer entries = wanted == null ? null : wanted.entries();
        if (entries == null || entries < 1 || entries > MAX_ENTRIES) {
            return Answer.error(400, "send {\"entries\": 100}, 1 to " + MAX_ENTRIES);
        }
        return accept(entries + " entries", () -> server.processBatch(entries));
    }

    private Answer accept(String what, Work work) {
        try {
            worker.execute(() -> run(what, work));
            return Answer.json(202, Map.of("accepted", what));
        } catch (RejectedExecutionException e) {
            return Answer.error(503, MAX_WAITING + " requests wait already; try again later");
        }
    }

    private static void run(String what, Work work) {
        try {
            log.info("{} processed on request: {}", what, work.run());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            log.warn("{} not processed on request: {}", what, e.getMessage());
        }
    }

    private static <T> @Nullable T read(byte[] request, Class<T> type) {
        try {
            return BodyCodec.json().decode(Body.of(request), type);
        } catch (BodyCodecException e) {
            return null;
        }
    }

    @Override
    public void close() {
        worker.shutdownNow();
    }
}
