package dev.millrace.consumer;

import java.nio.file.Path;

/** Redrives all dead letters of a stream in a process of its own, to be killed: {@code uri stream}. */
final class RedriveWorker {

    private RedriveWorker() {}

    public static void main(String[] args) throws Exception {
        try (DeadLetters letters = DeadLetters.open(args[0], args[1])) {
            letters.redrive(Redrive.all().perSecond(2_000));
        }
    }

    static Process start(String uri, String stream, Path folder) throws Exception {
        return new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        RedriveWorker.class.getName(),
                        uri,
                        stream)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("redrive.log").toFile())
                .start();
    }
}
