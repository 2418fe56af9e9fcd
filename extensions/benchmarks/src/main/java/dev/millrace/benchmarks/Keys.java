package dev.millrace.benchmarks;

import dev.millrace.testkit.RedisServer;
import java.util.ArrayList;
import java.util.List;

/** The keys of this run, and of no other: the Redis may be somebody's. */
final class Keys {

    private final RedisServer redis;
    private final String prefix;

    Keys(RedisServer redis, String prefix) {
        this.redis = redis;
        this.prefix = prefix;
    }

    /** Deletes them, also the companions that are named after a stream in braces; the memory is free when this returns. */
    void remove() {
        for (String pattern : List.of(prefix + ":*", "{" + prefix + ":*")) {
            String cursor = "0";
            do {
                List<String> page = redis.cli("SCAN", cursor, "MATCH", pattern, "COUNT", "10000")
                        .lines()
                        .toList();
                cursor = page.get(0);
                delete(page.subList(1, page.size()));
            } while (!"0".equals(cursor));
        }
    }

    private void delete(List<String> keys) {
        List<String> command = new ArrayList<>(List.of("DEL"));
        keys.stream().filter(key -> !key.isEmpty()).forEach(command::add);
        if (command.size() > 1) {
            redis.cli(command.toArray(String[]::new));
        }
    }
}
