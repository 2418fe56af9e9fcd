package dev.millrace.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** Unpacks the redis-server that the {@code org.signal:embedded-redis} jar carries; nothing else of that jar is used. */
final class EmbeddedBinary {
    private static final String VERSION = "7.0.15";
    private static final String ORIGIN = "embedded binary";
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");

    /** What this JVM has unpacked or compared already: inflating and hashing it takes longer than starting it. */
    private static final Map<String, Path> UNPACKED = new HashMap<>();

    private EmbeddedBinary() {}

    static synchronized @Nullable RedisBinary find(Environment environment, List<String> passedOver) {
        String platform = platform(environment);
        String name = "redis-server-" + VERSION + "-" + platform;
        String key = environment.property("java.io.tmpdir") + "/" + name;
        Path known = UNPACKED.get(key);
        if (known != null && Files.isExecutable(known)) {
            return new RedisBinary(known, ORIGIN);
        }
        try (InputStream resource = EmbeddedBinary.class.getResourceAsStream("/" + name)) {
            if (resource == null) {
                passedOver.add("no embedded redis-server for " + platform
                        + " (is org.signal:embedded-redis on the class path?)");
                return null;
            }
            Path program = unpack(resource.readAllBytes(), name, cacheFolder(environment));
            UNPACKED.put(key, program);
            return new RedisBinary(program, ORIGIN);
        } catch (IOException e) {
            throw new RedisStartException(
                    "The embedded redis-server could not be unpacked below java.io.tmpdir: " + e, e);
        }
    }

    private static String platform(Environment environment) {
        String os = String.valueOf(environment.property("os.name")).toLowerCase(Locale.ROOT);
        String arch = String.valueOf(environment.property("os.arch")).toLowerCase(Locale.ROOT);
        String system = os.startsWith("mac") ? "darwin" : os.startsWith("linux") ? "linux" : os.split(" ", 2)[0];
        return system + "-"
                + switch (arch) {
                    case "x86_64", "amd64" -> "amd64";
                    case "aarch64", "arm64" -> "arm64";
                    default -> arch;
                };
    }

    /** One folder a user, closed to others: a program found in a folder that anyone may write is not run. */
    private static Path cacheFolder(Environment environment) throws IOException {
        Path temp = Path.of(String.valueOf(environment.property("java.io.tmpdir")));
        Path folder = temp.resolve("millrace-redis-" + environment.property("user.name"));
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            try {
                return Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
            } catch (FileAlreadyExistsException e) {
                // another JVM was first
            }
        }
        boolean mine = Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                && Files.getPosixFilePermissions(folder, LinkOption.NOFOLLOW_LINKS)
                        .equals(OWNER_ONLY)
                && Files.isWritable(folder);
        return mine ? folder : Files.createTempDirectory(temp, "millrace-redis-");
    }

    /** Named by checksum, compared byte for byte, and moved into place whole: a half-written file is never run. */
    private static Path unpack(byte[] program, String name, Path folder) throws IOException {
        Path target = folder.resolve(name + "-" + checksum(program));
        if (Files.isRegularFile(target) && Arrays.equals(Files.readAllBytes(target), program)) {
            return target;
        }
        Path part = Files.createTempFile(folder, name, ".part");
        Files.write(part, program);
        Files.setPosixFilePermissions(part, OWNER_ONLY);
        return Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Tells versions apart, no more: what runs was compared byte for byte, and SHA-256 would take longer than Redis. */
    private static String checksum(byte[] program) {
        CRC32 crc = new CRC32();
        crc.update(program);
        return Long.toHexString(crc.getValue());
    }
}
