package io.safefedllm.app.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.safefedllm.flower.app.KeptRun;
import io.safefedllm.flower.link.AppIdentity;
import io.safefedllm.flower.link.RunClaim;
import io.safefedllm.flower.link.RunInputs;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClaimFilesTest {
    private static final String ADDRESS = "127.0.0.1:8000";
    private static final String GENERATION = "http-acquire";
    private static final String TOKEN = "0123456789abcdef".repeat(16);

    /** Above the signed numbers, as half of all run ids are. */
    private static final long RUN = -5;

    private static final String RUN_NAME = "18446744073709551611";

    private final Path state;

    ClaimFilesTest(@TempDir Path directory) {
        this.state = directory.resolve("state");
    }

    @Test
    void takeUp_noStateDirectory_findsNothing() throws IOException {
        assertThat(store().takeUp()).isEmpty();
        assertThat(state).doesNotExist();
    }

    @Test
    void takeUp_aClaimOfAProcessThatWasKilled_isAsItWasKept() throws Exception {
        leave(new KeptRun(claim(), Optional.of(inputs())));

        List<KeptRun> left = store().takeUp();

        assertThat(left).hasSize(1);
        RunClaim claim = left.get(0).claim();
        assertThat(claim.runId()).isEqualTo(RUN);
        assertThat(claim.taskId()).isEqualTo(-7);
        assertThat(claim.secret()).isEqualTo(TOKEN);
        assertThat(claim.generation()).isEqualTo(GENERATION);
        assertThat(claim.fabId()).isEmpty();
        assertThat(claim.fabHash()).contains("a".repeat(64));
        RunInputs inputs = left.get(0).inputs().orElseThrow();
        assertThat(inputs.runId()).isEqualTo(RUN);
        assertThat(inputs.app()).isEqualTo(inputs().app());
        assertThat(inputs.runConfig().entrySet())
                .containsExactlyElementsOf(inputs().runConfig().entrySet());
        assertThat(inputs.context()).isEqualTo(inputs().context());
    }

    @Test
    void takeUp_aClaimWithoutInputs_hasNone() throws Exception {
        leave(new KeptRun(claim(), Optional.empty()));

        assertThat(store().takeUp()).singleElement().satisfies(run -> assertThat(run.inputs())
                .isEmpty());
    }

    @Test
    void keep_theFile_isForItsOwnerOnly() throws IOException {
        store().keep(new KeptRun(claim(), Optional.empty()));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
    }

    @Test
    void forget_aRunThatLeftFiles_removesTheClaimOnly() throws IOException {
        ClaimFiles store = store();
        store.keep(new KeptRun(claim(), Optional.of(inputs())));
        Files.writeString(state.resolve(RUN_NAME).resolve("journal.jsonl"), "{}");

        store.forget(RUN);

        assertThat(state.resolve(RUN_NAME)).isDirectoryNotContaining(path -> !path.endsWith("journal.jsonl"));
        assertThat(store().takeUp()).isEmpty();
    }

    @Test
    void forget_aRunThatLeftNothing_removesItsDirectory() throws IOException {
        ClaimFiles store = store();
        store.keep(new KeptRun(claim(), Optional.empty()));

        store.forget(RUN);

        assertThat(state).isEmptyDirectory();
    }

    @Test
    void forget_aRunThatWasNeverKept_touchesNothing() throws Exception {
        leave(new KeptRun(claim(), Optional.empty()));

        store().forget(RUN);

        assertThat(file()).exists();
    }

    /** A process of its own holds the lock: locks are a process's, and only the end of that one may release it. */
    @Test
    void takeUp_aClaimThatALivingProcessHolds_isLeftToItUntilItIsKilled() throws Exception {
        leave(new KeptRun(claim(), Optional.empty()));
        Process holder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx32m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LockHolder.class.getName(),
                        state.resolve(RUN_NAME).resolve("claim.lock").toString())
                .start();
        try (BufferedReader said = holder.inputReader(StandardCharsets.UTF_8)) {
            assertThat(said.readLine()).isEqualTo("held");

            assertThat(store().takeUp()).isEmpty();
            assertThat(file()).exists();
            assertThatThrownBy(() -> store().keep(new KeptRun(claim(), Optional.empty())))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("another process");

            holder.destroyForcibly().waitFor();

            assertThat(store().takeUp()).hasSize(1);
        } finally {
            holder.destroyForcibly();
        }
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1:8001, http-acquire", "127.0.0.1:8000, http-claim"})
    void takeUp_aClaimOfAnotherSuperLink_isLeftAlone(String address, String generation) throws Exception {
        leave(new KeptRun(claim(), Optional.empty()));

        assertThat(new ClaimFiles(state, address, generation).takeUp()).isEmpty();

        assertThat(file()).exists();
        assertThat(store().takeUp()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{\"version\":2}",
                "{\"version\":1}",
                "{\"version\":1,\"superLink\":\"127.0.0.1:8000\",\"generation\":\"http-acquire\",\"runId\":\"12\","
                        + "\"taskId\":\"1\",\"token\":\"t\",\"fabId\":\"\",\"fabHash\":\"\"}",
                "{\"version\":1,\"superLink\":\"127.0.0.1:8000\",\"generation\":\"http-acquire\",\"runId\":\""
                        + RUN_NAME + "\",\"taskId\":\"1\",\"token\":\"t\",\"fabId\":\"\",\"fabHash\":\"\","
                        + "\"inputs\":{\"fabId\":\"\",\"fabVersion\":\"\",\"fabHash\":\"\",\"runConfig\":{}}}"
            })
    void takeUp_aFileThatIsNoClaimOfTheRun_isLeftAlone(String content) throws IOException {
        Files.createDirectories(file().getParent());
        Files.writeString(file(), content);

        assertThat(store().takeUp()).isEmpty();

        assertThat(file()).hasContent(content);
    }

    @Test
    void takeUp_directoriesThatAreNoRuns_areLeftAlone() throws IOException {
        for (String name : List.of("notes", "-5", "18446744073709551616")) {
            Files.createDirectories(state.resolve(name));
            Files.writeString(state.resolve(name).resolve("claim.json"), "{}");
        }

        assertThat(store().takeUp()).isEmpty();
    }

    /** Keeps a run as a process does that is then killed: with its file, and without its lock. */
    private void leave(KeptRun run) throws IOException {
        ClaimFile.write(file(), new ClaimFile.Content(ADDRESS, run));
    }

    private ClaimFiles store() {
        return new ClaimFiles(state, ADDRESS, GENERATION);
    }

    private Path file() {
        return state.resolve(RUN_NAME).resolve("claim.json");
    }

    private static RunClaim claim() {
        return RunClaim.of(GENERATION, RUN, TOKEN)
                .taskId(-7)
                .fabHash("a".repeat(64))
                .build();
    }

    private static RunInputs inputs() {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("rounds", 3L);
        config.put("whole", 2.0);
        config.put("rate", 0.1);
        config.put("bound", Double.POSITIVE_INFINITY);
        config.put("large", Long.MAX_VALUE);
        config.put("on", true);
        config.put("path", "ä \"x\"\n");
        return new RunInputs(
                RUN, new AppIdentity("publisher/app", "1.0.0", "a".repeat(64)), config, new byte[] {8, 1, -1, 0});
    }

    /** Holds a lock until it is killed, or its standard input ends. */
    static final class LockHolder {
        private LockHolder() {}

        public static void main(String[] file) throws IOException {
            try (FileChannel channel =
                            FileChannel.open(Path.of(file[0]), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                System.out.println(lock.isValid() ? "held" : "not held");
                while (System.in.read() >= 0) {
                    // until the other process closes it
                }
            }
        }
    }
}
