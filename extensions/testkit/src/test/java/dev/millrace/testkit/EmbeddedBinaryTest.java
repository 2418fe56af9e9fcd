package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBinaryTest {
    @TempDir
    private Path folder;

    @Test
    void a_program_is_unpacked_into_a_folder_of_the_users_own_ready_to_run() throws IOException {
        Path cache = cache("first", "rwx------");
        assertThat(find("first").getParent()).isEqualTo(cache);
        try (Stream<Path> files = Files.list(cache)) {
            assertThat(files).singleElement().satisfies(file -> assertThat(file).isExecutable());
        }
    }

    @Test
    void a_broken_file_in_the_cache_is_replaced_before_it_is_run() throws IOException {
        Path good = find("first");
        Path broken = cache("second", "rwx------").resolve(good.getFileName());
        Files.writeString(broken, "#!/bin/sh\necho not Redis\n");
        assertThat(find("second")).isEqualTo(broken).hasSameBinaryContentAs(good);
    }

    @Test
    void a_cache_that_others_may_write_to_is_not_trusted() throws IOException {
        Path open = cache("open", "rwxrwxrwx");
        assertThat(find("open").getParent()).isNotEqualTo(open);
    }

    private Path cache(String temp, String permissions) throws IOException {
        Path cache = folder.resolve(temp).resolve("millrace-redis-" + System.getProperty("user.name"));
        Files.createDirectories(cache);
        return Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString(permissions));
    }

    private Path find(String temp) throws IOException {
        String folderOfTemp = Files.createDirectories(folder.resolve(temp)).toString();
        Environment environment = new Environment(
                name -> name.equals("java.io.tmpdir") ? folderOfTemp : System.getProperty(name), name -> null);
        return EmbeddedBinary.find(environment, new ArrayList<>()).path();
    }
}
