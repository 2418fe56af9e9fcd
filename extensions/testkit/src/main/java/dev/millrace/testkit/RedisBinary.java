package dev.millrace.testkit;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A server program to start: where it lies, and a few words on where it came from. */
record RedisBinary(Path path, String origin) {
    private static final Pattern VERSION = Pattern.compile("v=(\\d+)\\.\\S*");
    private static final int OLDEST_MAJOR = 7;

    /** The first usable server on PATH, else the embedded one, else null; says in {@code passedOver} why not. */
    static @Nullable RedisBinary find(Environment environment, List<String> passedOver) {
        RedisBinary onPath = onPath(environment, passedOver);
        return onPath != null ? onPath : EmbeddedBinary.find(environment, passedOver);
    }

    private static @Nullable RedisBinary onPath(Environment environment, List<String> passedOver) {
        String path = environment.variable("PATH");
        boolean seen = false;
        for (String name : List.of("redis-server", "valkey-server")) {
            for (String folder : path == null ? new String[0] : path.split(File.pathSeparator, -1)) {
                Path file = Path.of(folder, name);
                if (folder.isEmpty() || !Files.isRegularFile(file) || !Files.isExecutable(file)) {
                    continue;
                }
                seen = true;
                if (isRecentEnough(file, passedOver)) {
                    return new RedisBinary(file, file + " on PATH");
                }
            }
        }
        if (!seen) {
            passedOver.add("no redis-server or valkey-server on PATH");
        }
        return null;
    }

    private static boolean isRecentEnough(Path file, List<String> passedOver) {
        try {
            String banner = output(file.toString(), "--version");
            Matcher version = VERSION.matcher(banner);
            if (version.find() && Integer.parseInt(version.group(1)) >= OLDEST_MAJOR) {
                return true;
            }
            passedOver.add(file + " is not Redis " + OLDEST_MAJOR + ".0 or newer (" + banner.strip() + ")");
        } catch (IOException e) {
            passedOver.add(file + " does not run (" + e.getMessage() + ")");
        }
        return false;
    }

    private static String output(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
