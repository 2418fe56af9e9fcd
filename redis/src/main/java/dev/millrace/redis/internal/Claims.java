package dev.millrace.redis.internal;

import static dev.millrace.redis.internal.Replies.bytes;

import dev.millrace.redis.internal.RedisFault.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A group's idempotency claims in Redis. Thread-safe. */
final class Claims {

    private static final int MOST_A_CALL = 1_000;

    /** How many buckets one script call may span; only a backlog that is old and thin needs more than one call. */
    private static final int WIDEST_CALL = 32;

    private final GroupOptions options;
    private final CompanionKeys keys;
    private final ClaimLayout layout;
    private final Caller caller;

    Claims(GroupOptions options, CompanionKeys keys, Caller caller) {
        this.options = options;
        this.keys = keys;
        this.layout = ClaimLayout.of(options.window(), options.maxRecords());
        this.caller = caller;
    }

    List<@Nullable StreamId> claim(String epoch, List<Claim> claims) {
        refuseTooMany(claims);
        @Nullable StreamId[] holders = new StreamId[claims.size()];
        List<Integer> order = IntStream.range(0, claims.size())
                .boxed()
                .sorted(Comparator.comparing(i -> claims.get(i).id()))
                .toList();
        for (int from = 0; from < order.size(); ) {
            int to = endOfCall(claims, order, from);
            ClaimCall call = new ClaimCall(layout, claims, order.subList(from, to));
            call.read(run(call.keys(keys.epoch(options.group()), prefix(epoch)), call.args(epoch)), holders);
            from = to;
        }
        return Arrays.asList(holders);
    }

    private int endOfCall(List<Claim> claims, List<Integer> order, int from) {
        long first = layout.bucket(claims.get(order.get(from)).id());
        int to = from + 1;
        while (to < order.size()
                && Long.compareUnsigned(layout.bucket(claims.get(order.get(to)).id()) - first, WIDEST_CALL) < 0) {
            to++;
        }
        return to;
    }

    private List<Object> run(List<byte[]> names, List<byte[]> args) {
        try {
            return caller.script(Script.CLAIM, names, args);
        } catch (RedisFaultException e) {
            if (e.fault().kind() == Kind.OTHER && e.fault().message().startsWith("STALE ")) {
                throw new StaleEpochException(options.stream(), options.group());
            }
            throw e;
        }
    }

    void release(String epoch, List<Claim> claims) {
        refuseTooMany(claims);
        if (claims.isEmpty()) {
            return;
        }
        List<byte[]> names = new ArrayList<>();
        List<byte[]> args = new ArrayList<>();
        for (Claim claim : claims) {
            names.add(mapOf(epoch, claim));
            args.add(claim.key());
            args.add(valueOf(claim));
        }
        caller.script(Script.RELEASE, names, args);
    }

    /** The map that holds this claim, if the entry holds it. */
    byte[] mapOf(String epoch, Claim claim) {
        return bytes(prefix(epoch) + layout.map(layout.bucket(claim.id()), layout.shard(claim.key())));
    }

    /** What stands in that map. */
    byte[] valueOf(Claim claim) {
        return bytes(layout.value(claim.id()));
    }

    private String prefix(String epoch) {
        return keys.claims(options.group(), epoch);
    }

    private static void refuseTooMany(List<Claim> claims) {
        if (claims.size() > MOST_A_CALL) {
            throw new IllegalArgumentException("claims: got " + claims.size() + "; at most " + MOST_A_CALL + " a call");
        }
    }
}
