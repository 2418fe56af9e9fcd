package dev.millrace.redis.internal;

import static dev.millrace.redis.internal.Replies.bytes;
import static dev.millrace.redis.internal.Replies.flag;

import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.util.ArrayList;
import java.util.List;

/** Moves entries to dead-letter streams. Thread-safe. */
final class DeadLetters {

    /** Redis' Lua hands at most 8,000 values to one command. */
    private static final int MOST_FIELDS_IN_SCRIPT = 7_000;

    private final GroupOptions options;
    private final Claims claims;
    private final Caller caller;
    private final boolean cluster;

    DeadLetters(GroupOptions options, Claims claims, Caller caller, boolean cluster) {
        this.options = options;
        this.claims = claims;
        this.caller = caller;
        this.cluster = cluster;
    }

    /** In one script: owner check, XADD, XACK, release. */
    Ownership moveAtOnce(String epoch, DeadLetter letter) {
        List<byte[]> keys = new ArrayList<>(List.of(bytes(options.stream()), bytes(letter.target())));
        Claim claim = letter.claim();
        if (claim != null) {
            keys.addAll(claims.mapsOf(epoch, claim));
        }
        List<byte[]> args = new ArrayList<>(List.of(
                bytes(options.group()),
                bytes(options.consumer()),
                bytes(letter.id()),
                flag(letter.ack()),
                flag(letter.trimmed()),
                bytes(options.maxDeadLetters()),
                claim == null ? bytes("") : claim.key(),
                claim == null ? bytes("") : claims.valueOf(claim)));
        args.addAll(letter.fields());
        return Replies.ownership(caller.script(Script.DEAD_LETTER, keys, args).get(0));
    }

    /** XADD where the dead letters are, then XACK and release; the owner check has been made. */
    void moveInTwoSteps(String epoch, DeadLetter letter) {
        CommandArgs<byte[], byte[]> add = Call.args()
                .addKey(bytes(letter.target()))
                .add("MAXLEN")
                .add("~")
                .add(options.maxDeadLetters())
                .add("*");
        letter.fields().forEach(add::add);
        caller.call(CommandType.XADD, add);
        List<byte[]> keys = new ArrayList<>(List.of(bytes(options.stream())));
        List<byte[]> args = new ArrayList<>(List.of(bytes(options.group()), bytes(letter.id()), flag(letter.ack())));
        Claim claim = letter.claim();
        if (claim != null) {
            keys.addAll(claims.mapsOf(epoch, claim));
            args.add(claim.key());
            args.add(claims.valueOf(claim));
        }
        caller.script(Script.SETTLE_DEAD, keys, args);
    }

    boolean inOneScript(DeadLetter letter) {
        return letter.fields().size() <= MOST_FIELDS_IN_SCRIPT
                && (!cluster || SlotHash.getSlot(letter.target()) == SlotHash.getSlot(options.stream()));
    }
}
