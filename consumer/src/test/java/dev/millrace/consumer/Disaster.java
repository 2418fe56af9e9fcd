package dev.millrace.consumer;

import dev.millrace.consumer.History.Planned;
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
            return entriesOf(
                    planned.stream().filter(one -> one.id().equals(victim.id())).toList());
        }
    },
    /** What was pending under a name that does not speak any more is known to nobody. */
    GROUP_DESTROYED {
        @Override
        Set<String> strike(World world, List<Planned> planned, Random random) {
            world.redis().cli("XGROUP", "DESTROY", world.stream().name(), TestStream.GROUP);
            return entriesOf(planned);
        }
    },
    ALL_KEYS_DELETED {
        @Override
        Set<String> strike(World world, List<Planned> planned, Random random) {
            String script =
                    "for _, key in ipairs(redis.call('KEYS', '*' .. ARGV[1] .. '*')) do redis.call('DEL', key) end";
            world.redis().cli("EVAL", script, "0", world.stream().name());
            return entriesOf(planned);
        }
    };

    /** Where it happens: to this stream, or on the way to it. */
    record World(RedisServer redis, TcpProxy way, TestStream stream) {}

    /** Lets it happen; the entries of which some may be lost by it, or handled once more. */
    abstract Set<String> strike(World world, List<Planned> planned, Random random);

    private static Set<String> entriesOf(List<Planned> planned) {
        return planned.stream().map(Planned::entry).collect(Collectors.toSet());
    }
}
