package io.safefedllm.it.harness;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Our own command line in a Java virtual machine of its own, with the options that the launcher gives.
 *
 * <p>It runs the classes that the tests were compiled against, without those of the tests. The tensor engine gets one
 * thread: many processes share few cores, and equal thread counts give equal bits.
 */
public final class OwnCommand {

    private static final String MAIN_CLASS = "io.safefedllm.app.Main";

    private OwnCommand() {}

    public static Launch launch(String name, Path directory, List<String> arguments) {
        List<String> options = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-Djdk.httpclient.keepalive.timeout=3",
                "-Dai.djl.offline=true",
                "-Dai.djl.pytorch.num_threads=1",
                "-Dfile.encoding=UTF-8",
                "-Dsafefedllm.root=" + System.getProperty("safefedllm.root"));
        List<String> java = Lists.concat(options, nativeOptions(), List.of(MAIN_CLASS));
        Map<String, String> environment =
                Map.of("CLASSPATH", classPath(), "OPT_OUT_TRACKING", "true", "OMP_NUM_THREADS", "1");
        return new Launch(name, Lists.concat(java, arguments), environment, directory);
    }

    /**
     * Writes the program that other programs start as {@code safe-fedllm}: the same command line with the same options.
     *
     * @param home an existing directory, to be named in {@code SAFE_FEDLLM_HOME}
     */
    public static void writeLauncher(Path home) throws IOException {
        Launch launch = launch("launcher", home, List.of());
        List<String> script = new ArrayList<>(List.of("#!/bin/sh"));
        launch.environment().forEach((name, value) -> script.add("export " + name + "=" + quoted(value)));
        script.add("exec " + launch.command().stream().map(OwnCommand::quoted).collect(Collectors.joining(" "))
                + " \"$@\"");
        Path file = Files.writeString(home.resolve("safe-fedllm"), String.join("\n", script) + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }

    /** What newer releases of Java want to be told before native code and gRPC's buffers are used. */
    private static List<String> nativeOptions() {
        int release = Runtime.version().feature();
        List<String> access = release >= 22 ? List.of("--enable-native-access=ALL-UNNAMED") : List.of();
        List<String> unsafe = release >= 23 ? List.of("--sun-misc-unsafe-memory-access=allow") : List.of();
        return Lists.concat(access, unsafe);
    }

    private static String classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> !entry.endsWith("test-classes" + File.separator) && !entry.endsWith("test-classes"))
                .collect(Collectors.joining(File.pathSeparator));
    }
}
