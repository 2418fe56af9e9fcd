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
    static final int MOST_FIELDS_IN_SCRIPT = 7_000;

    private final GroupOptions options;
    private final byte[] holder;
    private final byte[] epochKey;
    private final byte[] token;
    private final Claims claims;
    private final Caller caller;
    private final boolean cluster;

    /**
     * @param token what our name's holder is while that is us
     */
    DeadLetters(GroupOptions options, byte[] token, Claims claims, Caller caller, boolean cluster) {
        CompanionKeys keys = CompanionKeys.of(options.stream());
        this.options = options;
        this.holder = bytes(keys.holder(options.group(), options.consumer()));
        this.epochKey = bytes(keys.epoch(options.group()));
        this.token = token;
        this.claims = claims;
        this.caller = caller;
        this.cluster = cluster;
    }

    /** In one script: owner check, XADD, XACK, release. */
    Buried moveAtOnce(String epoch, DeadLetterMove letter) {
        List<byte[]> keys = new ArrayList<>(List.of(bytes(options.stream()), bytes(letter.target()), holder, epochKey));
        List<byte[]> args = ownersArgs(letter);
        args.add(bytes(options.maxDeadLetters()));
        args.add(token);
        addClaim(epoch, letter, keys, args);
        args.addAll(letter.fields());
        List<Object> reply = caller.script(Script.DEAD_LETTER, keys, args);
        Ownership ownership = Replies.ownership(reply.get(0));
        return ownership == Ownership.OURS
                ? new Buried(ownership, Replies.id(reply.get(1)), Replies.number(reply.get(2)))
                : Buried.not(ownership);
    }

    /** XADD where the dead letters are, then XACK and release; an owner check has been made, and is made again between them. */
    Buried moveInTwoSteps(String epoch, DeadLetterMove letter) {
        CommandArgs<byte[], byte[]> add =
                Call.args().addKey(bytes(letter.target())).add("*");
        letter.fields().forEach(add::add);
        StreamId id = Replies.id(caller.call(CommandType.XADD, add).get(0));
        List<byte[]> keys = new ArrayList<>(List.of(bytes(options.stream()), holder, epochKey));
        List<byte[]> args = ownersArgs(letter);
        args.add(token);
        addClaim(epoch, letter, keys, args);
        Ownership ownership =
                Replies.ownership(caller.script(Script.SETTLE_DEAD, keys, args).get(0));
        return ownership == Ownership.OURS ? new Buried(ownership, id, trim(letter.target())) : Buried.not(ownership);
    }

    private List<byte[]> ownersArgs(DeadLetterMove letter) {
        return new ArrayList<>(List.of(
                bytes(options.group()),
                bytes(options.consumer()),
                bytes(letter.id()),
                flag(letter.ack()),
                flag(letter.trimmed())));
    }

    private void addClaim(String epoch, DeadLetterMove letter, List<byte[]> keys, List<byte[]> args) {
        KeyClaim claim = letter.claim();
        if (claim != null) {
            keys.addAll(claims.mapsOf(epoch, claim));
        }
        args.add(claim == null ? bytes("") : claim.key());
        args.add(claim == null ? bytes("") : claims.valueOf(claim));
    }

    private long trim(String target) {
        CommandArgs<byte[], byte[]> trim =
                Call.args().addKey(bytes(target)).add("MAXLEN").add("~").add(options.maxDeadLetters());
        return Replies.number(caller.call(CommandType.XTRIM, trim).get(0));
    }

    boolean inOneScript(DeadLetterMove letter) {
        return letter.fields().size() <= MOST_FIELDS_IN_SCRIPT
                && (!cluster || SlotHash.getSlot(letter.target()) == SlotHash.getSlot(options.stream()));
    }
}
