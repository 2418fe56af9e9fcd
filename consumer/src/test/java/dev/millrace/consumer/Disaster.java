package dev.millrace.consumer;

import dev.millrace.consumer.History.Planned;
import dev.millrace.redis.internal.StreamId;
import dev.millrace.testkit.RedisServer;
import dev.millrace.testkit.TcpProxy;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/** What may happen to Redis in the middle of a {@link History}, and to which entries more than their due may happen by it. */
enum Disaster {
    NONE {
        @Override
        Set<String> strike(World world, List<Planned> planned, Random random) {
            return Set.of();
        }
    },
    CONNECTIONS_RESET {
        @Override
        Set<String> strike(World world, List<Planned> planned, Random random) {
            // Also those of all histories beside this one.
            world.way().reset();
            return Set.of();
        }
    },
    ENTRY_DELETED {
        @Override
        Set<String> strike(World world, List<Planned> planned, Random random) {
            Planned victim = planned.get(random.nextInt(planned.size()));
            world.redis().cli("XDEL", world.stream().name(), victim.entry());
            return entriesOf(planned.stream()
                    .filter(one -> one.id().equals(victim.id()) || one.entry().equals(victim.entry()))
                    .toList());
        }
    },
    /** What was pending under a name that does not speak any more is known to nobody; what was unread is read all the same. */
    GROUP_DESTROYED {
        @Override
        Set<String> strike(World world, List<Planned> planned, Random random) {
            String script = "local last = '0-0' for _, g in ipairs(redis.pcall('XINFO', 'GROUPS', KEYS[1])) do "
                    + "if g[2] == ARGV[1] then last = g[8] end end "
                    + "redis.pcall('XGROUP', 'DESTROY', KEYS[1], ARGV[1]) return last";
            StreamId last = StreamId.parse(
                    world.redis().cli("EVAL", script, "1", world.stream().name(), TestStream.GROUP));
            return entriesOf(planned.stream()
                    .filter(one -> StreamId.parse(one.entry()).compareTo(last) <= 0)
                    .toList());
        }
    },
    /** What was unread has gone with the stream, and what was in hand is known only to who had it: all may be lost. */
    ALL_KEYS_DELETED {
        @Override
        Set<String> strike(World world, List<Planned> planned, Random random) {
            String script =
                    "for _, key in ipairs(redis.call('KEYS', '*' .. ARGV[1] .. '*')) do redis.call('DEL', key) end";
            world.redis().cli("EVAL", script, "0", world.stream().name());
            return entriesOf(planned);
        }
    },
    /** Killed, and started again with all that it had written down: nobody's due changes by that. */
    REDIS_KILLED {
        @Override
        Set<String> strike(World world, List<Planned> planned, Random random) {
            world.redis().restart();
            return Set.of();
        }
    };

    private static final List<Disaster> SHARED =
            List.of(NONE, CONNECTIONS_RESET, ENTRY_DELETED, GROUP_DESTROYED, ALL_KEYS_DELETED);

    /**
     * Where it happens: to this stream, or on the way to it.
     *
     * @param own whether there is no other history in this Redis
     */
    record World(RedisServer redis, TcpProxy way, TestStream stream, boolean own) {}

    /** One that disturbs no more than it may. */
    static Disaster any(World world, Random random) {
        return world.own() ? REDIS_KILLED : SHARED.get(random.nextInt(SHARED.size()));
    }

    /** Lets it happen; the entries of which some may be lost by it, or handled once more. */
    abstract Set<String> strike(World world, List<Planned> planned, Random random);

    private static Set<String> entriesOf(List<Planned> planned) {
        return planned.stream().map(Planned::entry).collect(Collectors.toSet());
    }
}
