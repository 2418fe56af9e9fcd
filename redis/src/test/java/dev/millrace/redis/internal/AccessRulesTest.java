package dev.millrace.redis.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class AccessRulesTest {

    @Test
    void the_documentation_of_the_door_names_every_command_that_a_user_needs() throws IOException {
        String source = Files.readString(Path.of("src/main/java/dev/millrace/redis/Redis.java"));
        String needed = AccessRules.PUBLISHER + ' ' + AccessRules.STRICT_ORDER + ' ' + AccessRules.CONSUMER;
        List<String> words = Arrays.stream(needed.split("[ +|]+"))
                .filter(word -> !word.isEmpty())
                .map(word -> word.toUpperCase(Locale.ROOT))
                .toList();
        assertThat(words).hasSizeGreaterThan(30);
        assertThat(source.split("\\W+")).containsAll(words);
    }
}
