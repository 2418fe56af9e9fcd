package dev.millrace.benchmarks;

import dev.millrace.testkit.RedisServer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;

/** What a run's figures depend on besides the code. */
final class Surroundings {

    private Surroundings() {}

    static Map<String, String> machine() throws IOException {
        Map<String, String> machine = new LinkedHashMap<>();
        machine.put("processor", first(Path.of("/proc/cpuinfo"), "model name"));
        machine.put("processors", String.valueOf(Runtime.getRuntime().availableProcessors()));
        var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        machine.put("memory", system.getTotalMemorySize() / (1 << 30) + " GiB");
        machine.put("system", system.getName() + " " + system.getVersion() + " " + system.getArch());
        return machine;
    }

    static Map<String, String> versions(RedisServer redis) throws IOException {
        Map<String, String> versions = new LinkedHashMap<>();
        versions.put("Java", System.getProperty("java.vm.name") + " " + Runtime.version());
        versions.put("Redis", redis(redis));
        versions.put("Redis' allocator", InfoText.text(redis.cli("INFO", "memory"), "mem_allocator"));
        Properties built = new Properties();
        try (var in = Surroundings.class.getResourceAsStream("versions.properties")) {
            if (in == null) {
                throw new IllegalStateException("versions.properties is missing from the jar");
            }
            built.load(in);
        }
        built.stringPropertyNames().stream().sorted().forEach(name -> versions.put(name, built.getProperty(name)));
        return versions;
    }

    /** Product, version and where it came from, without this machine's paths. */
    private static String redis(RedisServer redis) {
        String described = redis.describe();
        String product = described.substring(0, described.indexOf(" at "));
        String origin = described.contains("embedded binary")
                ? "embedded"
                : described.contains(" on PATH") ? "from the PATH" : "given by its address";
        return product + ", " + origin;
    }

    private static String first(Path file, String name) throws IOException {
        if (!Files.isReadable(file)) {
            return "unknown";
        }
        return Files.readAllLines(file).stream()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("unknown");
    }
}
