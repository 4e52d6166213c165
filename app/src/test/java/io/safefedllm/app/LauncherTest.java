package io.safefedllm.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher in a clone of its own, with a Maven and a Java that only say that they were called. */
class LauncherTest {
    private static final Path ROOT = Path.of(System.getProperty("safefedllm.root"));
    private static final List<String> TOOLS = List.of(
            "bash",
            "cat",
            "dirname",
            "find",
            "flock",
            "grep",
            "head",
            "mkdir",
            "readlink",
            "rm",
            "sed",
            "tail",
            "touch");
    private static final String BUILDING_MAVEN =
            """
            echo built >>maven.calls
            mkdir -p app/target/launcher/classes
            printf %s lib.jar >app/target/launcher/dependencies.txt
            touch lib.jar
            """;

    @TempDir
    private Path directory;

    private Path clone;
    private Path tools;
    private String heap = "";

    @BeforeEach
    void makeClone() throws IOException, InterruptedException {
        clone = Files.createDirectories(directory.resolve("a clone"));
        tools = Files.createDirectories(directory.resolve("tools"));
        for (String tool : TOOLS) {
            Path found = found(tool);
            if (Files.exists(found)) {
                Files.createSymbolicLink(tools.resolve(tool), found);
            }
        }
        Files.copy(ROOT.resolve("safe-fedllm"), clone.resolve("safe-fedllm"));
        Files.createDirectories(clone.resolve("app/src/main"));
        Files.writeString(clone.resolve("pom.xml"), "");
        Files.writeString(clone.resolve("app/pom.xml"), "");
        age(clone.resolve("pom.xml"), clone.resolve("app/pom.xml"), clone.resolve("app/src/main"));
        program(clone.resolve("mvnw"), BUILDING_MAVEN);
    }

    @Test
    void launch_noJava_saysWhatIsNeeded() throws IOException, InterruptedException {
        Outcome outcome = launch("nowhere", "doctor");

        assertThat(outcome.status).isEqualTo(1);
        assertThat(outcome.err.lines())
                .singleElement()
                .asString()
                .startsWith("safe-fedllm: needs a JDK, version 17 or newer, and found none")
                .endsWith("SFL-001 (docs/exit-codes/SFL-001.md)");
    }

    @Test
    void launch_oldJava_namesItsVersion() throws IOException, InterruptedException {
        Outcome outcome = launch(java("11.0.2", true), "doctor");

        assertThat(outcome.status).isEqualTo(1);
        assertThat(outcome.err).contains("Java 11 in ").contains("is too old").contains("SFL-001");
    }

    @Test
    void launch_runtimeWithoutCompiler_cannotBuild() throws IOException, InterruptedException {
        Outcome outcome = launch(java("17.0.15", false), "doctor");

        assertThat(outcome.status).isEqualTo(1);
        assertThat(outcome.err).contains("without a compiler").contains("SFL-001");
    }

    @Test
    void launch_firstUse_buildsWithOneLineAndRuns() throws IOException, InterruptedException {
        Outcome outcome = launch(java("21.0.1", true), "doctor", "two words");

        assertThat(outcome.err)
                .matches("safe-fedllm: building, [^\\n]*\\(log: target/launcher-build.log\\) ... done in \\d+ s\\n");
        assertThat(outcome.out)
                .contains("-Dai.djl.offline=true -D", "-Djdk.httpclient.keepalive.timeout=3")
                .contains("classes:lib.jar io.safefedllm.app.Main doctor two words")
                .contains("OPT_OUT_TRACKING=true")
                .doesNotContain("--enable-native-access");
        assertThat(outcome.status).isEqualTo(7);
    }

    @Test
    void launch_heapNotChosen_boundsGarbageToo() throws IOException, InterruptedException {
        String java = java("17.0.15", true);

        assertThat(launch(java, "doctor").out).contains("-XX:MaxRAMPercentage=50 -XX:MaxNewSize=256m ");
        heap = "3g";
        assertThat(launch(java, "doctor").out)
                .contains("-Xmx3g ")
                .doesNotContain("MaxNewSize")
                .doesNotContain("MaxRAMPercentage");
    }

    @Test
    void launch_newJava_allowsNativeCode() throws IOException, InterruptedException {
        assertThat(launch(java("25.0.3", true), "doctor").out)
                .contains("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");
    }

    @Test
    void launch_nothingChanged_doesNotBuildAgain() throws IOException, InterruptedException {
        String java = java("17.0.15", true);
        launch(java, "doctor");

        Outcome outcome = launch(java, "doctor");

        assertThat(outcome.err).isEmpty();
        assertThat(clone.resolve("maven.calls")).hasContent("built");
    }

    @Test
    void launch_sourceChanged_buildsAgain() throws IOException, InterruptedException {
        String java = java("17.0.15", true);
        launch(java, "doctor");
        Path source = Files.writeString(clone.resolve("app/src/main/New.java"), "");
        Files.setLastModifiedTime(source, FileTime.from(Instant.parse("2100-01-01T00:00:00Z")));

        Outcome outcome = launch(java, "doctor");

        assertThat(outcome.err).contains("building, sources have changed");
        assertThat(clone.resolve("maven.calls")).hasContent("built\nbuilt");
    }

    @Test
    void launch_libraryGone_buildsAgain() throws IOException, InterruptedException {
        String java = java("17.0.15", true);
        launch(java, "doctor");
        Files.delete(clone.resolve("lib.jar"));

        launch(java, "doctor");

        assertThat(clone.resolve("maven.calls")).hasContent("built\nbuilt");
    }

    @Test
    void launch_failedBuild_namesTheFirstErrorAndTheLog() throws IOException, InterruptedException {
        program(clone.resolve("mvnw"), "echo noise; echo '[ERROR] no network'; echo '[ERROR] more'; exit 1\n");

        Outcome outcome = launch(java("17.0.15", true), "doctor");

        assertThat(outcome.status).isEqualTo(1);
        assertThat(outcome.err.lines().reduce((first, second) -> second).orElse(""))
                .startsWith("safe-fedllm: the build failed: no network.")
                .contains("target/launcher-build.log")
                .endsWith("SFL-002 (docs/exit-codes/SFL-002.md)");
        assertThat(outcome.out).isEmpty();
    }

    private record Outcome(int status, String out, String err) {}

    private Outcome launch(String javaHome, String... args) throws IOException, InterruptedException {
        List<String> command = new java.util.ArrayList<>(List.of(
                tools.resolve("bash").toString(), clone.resolve("safe-fedllm").toString()));
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command).directory(clone.toFile());
        builder.environment().put("PATH", tools.toString());
        builder.environment().put("JAVA_HOME", javaHome);
        builder.environment().remove("OPT_OUT_TRACKING");
        builder.environment().put("SAFE_FEDLLM_HEAP", heap);
        Path out = directory.resolve("out");
        Path err = directory.resolve("err");
        Process process =
                builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        process.getOutputStream().close();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        return new Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    /** Makes a Java home whose {@code java} prints its arguments and ends with status 7. */
    private String java(String version, boolean compiler) throws IOException {
        Path home = directory.resolve("java-" + version);
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
        program(home.resolve("bin/java"), "echo \"$*\"; echo OPT_OUT_TRACKING=$OPT_OUT_TRACKING; exit 7\n");
        if (compiler) {
            program(home.resolve("bin/javac"), "exit 0\n");
        }
        return home.toString();
    }

    private void program(Path file, String script) throws IOException {
        Files.writeString(file, "#!" + tools.resolve("bash") + "\n" + script, StandardCharsets.UTF_8);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static Path found(String tool) {
        Path usual = Path.of("/usr/bin", tool);
        return Files.exists(usual) ? usual : Path.of("/bin", tool);
    }

    private static void age(Path... files) throws IOException {
        for (Path file : files) {
            Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
        }
    }
}
