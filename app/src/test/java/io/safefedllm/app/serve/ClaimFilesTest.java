package io.safefedllm.app.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.safefedllm.flower.app.KeptRun;
import io.safefedllm.flower.link.AppIdentity;
import io.safefedllm.flower.link.RunClaim;
import io.safefedllm.flower.link.RunInputs;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
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
    void left_noStateDirectory_isNothing() throws IOException {
        assertThat(left()).isEmpty();
        assertThat(state).doesNotExist();
    }

    @Test
    void left_aClaimOfAProcessThatWasKilled_isAsItWasKept() throws Exception {
        leave(new KeptRun(claim(), Optional.of(inputs())));

        List<KeptRun> left = left();

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
    void left_aClaimWithoutInputs_hasNone() throws Exception {
        leave(new KeptRun(claim(), Optional.empty()));

        assertThat(left()).singleElement().satisfies(run -> assertThat(run.inputs())
                .isEmpty());
    }

    @Test
    void keep_theFile_isForItsOwnerOnly() throws IOException {
        try (ClaimFiles store = store()) {
            store.keep(new KeptRun(claim(), Optional.empty()));
        }

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
    }

    /** The run itself needs no claim: it is a restart that does. */
    @Test
    void keep_theLocksBelongToSomebodyElse_letsTheRunBeDrivenWithoutBeingKept() throws IOException {
        Files.createDirectories(state.resolve(".claims.lock"));
        try (ClaimFiles store = store()) {
            store.keep(new KeptRun(claim(), Optional.empty()));
            store.forget(RUN);
        }

        assertThat(file()).doesNotExist();
    }

    @Test
    void forget_aRunThatLeftFiles_removesTheClaimOnly() throws IOException {
        try (ClaimFiles store = store()) {
            store.keep(new KeptRun(claim(), Optional.of(inputs())));
            Files.writeString(state.resolve(RUN_NAME).resolve("journal.jsonl"), "{}");

            store.forget(RUN);
        }

        assertThat(state.resolve(RUN_NAME)).isDirectoryNotContaining(path -> !path.endsWith("journal.jsonl"));
        assertThat(left()).isEmpty();
    }

    @Test
    void forget_aRunThatLeftNothing_removesItsDirectory() throws IOException {
        try (ClaimFiles store = store()) {
            store.keep(new KeptRun(claim(), Optional.empty()));

            store.forget(RUN);
        }

        assertThat(state.resolve(RUN_NAME)).doesNotExist();
    }

    @Test
    void forget_aRunThatWasNeverKept_touchesNothing() throws Exception {
        leave(new KeptRun(claim(), Optional.empty()));

        try (ClaimFiles store = store()) {
            store.forget(RUN);
        }

        assertThat(file()).exists();
    }

    @Test
    void forget_aDirectoryWithAHalfWrittenClaim_removesBoth() throws IOException {
        try (ClaimFiles store = store()) {
            store.keep(new KeptRun(claim(), Optional.of(inputs())));
            Files.writeString(halfWritten(), TOKEN);

            store.forget(RUN);
        }

        assertThat(state.resolve(RUN_NAME)).doesNotExist();
    }

    @Test
    void left_aHalfWrittenClaim_isRemovedWithItsToken() throws IOException {
        Files.createDirectories(state.resolve(RUN_NAME));
        Files.writeString(halfWritten(), TOKEN);

        assertThat(left()).isEmpty();

        assertThat(state.resolve(RUN_NAME)).doesNotExist();
    }

    @Test
    void takeUp_aClaimThatCannotBeRead_holdsNoLock() throws Exception {
        Files.createDirectories(file());
        try (ClaimFiles store = store()) {
            assertThatThrownBy(() -> store.takeUp(RUN)).isInstanceOf(IOException.class);

            assertThat(driver(RUN))
                    .satisfies(granted -> assertThat(said(granted)).isEqualTo("true"));
        }
    }

    @Test
    void position_smallIdsThatFollowEachOther_areApartAndEndBelowTheLargest() {
        List<Long> positions =
                LongStream.range(-1000, 1000).map(RunLocks::position).boxed().toList();

        assertThat(positions).doesNotHaveDuplicates().allMatch(position -> position >= 0 && position < Long.MAX_VALUE);
    }

    @Test
    void left_aHalfWrittenClaimBesideAWholeOne_isRemovedAndTheWholeOneIsLeft() throws Exception {
        leave(new KeptRun(claim(), Optional.empty()));
        Files.writeString(halfWritten(), TOKEN);

        assertThat(left()).hasSize(1);

        assertThat(halfWritten()).doesNotExist();
    }

    @Test
    void left_oneClaimThatCannotBeRead_isLeftOutAndTheOthersAreNot() throws Exception {
        leave(new KeptRun(claim(), Optional.empty()));
        Files.createDirectories(state.resolve("12").resolve("claim.json"));

        assertThat(left()).hasSize(1);
    }

    @Test
    void left_aRunThatTheStoreItselfDrives_isAmongThem() throws IOException {
        try (ClaimFiles store = store()) {
            store.keep(new KeptRun(claim(), Optional.empty()));

            assertThat(store.left()).hasSize(1);
            assertThat(store.takeUp(RUN)).isPresent();
        }
    }

    @Test
    void takeUp_aRunThatWasForgottenMeanwhile_isNothingAndHoldsNoLock() throws Exception {
        Files.createDirectories(state);
        try (ClaimFiles store = store()) {
            assertThat(store.takeUp(RUN)).isEmpty();

            assertThat(driver(RUN))
                    .satisfies(granted -> assertThat(said(granted)).isEqualTo("true"));
        }
    }

    /** A process of its own drives the run: locks are a process's, and only the end of that one may release them. */
    @Test
    void takeUp_aClaimThatALivingProcessHolds_isLeftToItUntilItIsKilled() throws Exception {
        KeptRun run = new KeptRun(claim(), Optional.empty());
        leave(run);
        Files.writeString(halfWritten(), TOKEN);
        Process holder = driver(RUN);
        try (ClaimFiles store = store();
                BufferedReader said = holder.inputReader(StandardCharsets.UTF_8)) {
            assertThat(said.readLine()).isEqualTo("true");

            assertThat(store.left()).hasSize(1);
            assertThat(store.takeUp(RUN)).isEmpty();
            assertThat(file()).exists();
            assertThat(halfWritten()).exists();
            assertThatThrownBy(() -> store.keep(run))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("another process");
            assertThat(store.takeUp(other())).as("another run").isPresent();

            holder.destroyForcibly().waitFor();

            assertThat(store.takeUp(RUN)).isPresent();
        } finally {
            holder.destroyForcibly();
        }
    }

    /** What one process has forgotten, the next may claim anew: no lock outlives its run. */
    @Test
    void forget_aRun_letsAnotherProcessDriveIt() throws Exception {
        try (ClaimFiles store = store()) {
            store.keep(new KeptRun(claim(), Optional.empty()));
            assertThat(driver(RUN))
                    .satisfies(refused -> assertThat(said(refused)).isEqualTo("false"));
            store.forget(RUN);

            assertThat(driver(RUN))
                    .satisfies(granted -> assertThat(said(granted)).isEqualTo("true"));
        }
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1:8001, http-acquire", "127.0.0.1:8000, http-claim"})
    void left_aClaimOfAnotherSuperLink_isLeftAlone(String address, String generation) throws Exception {
        leave(new KeptRun(claim(), Optional.empty()));

        try (ClaimFiles other = new ClaimFiles(state, address, generation)) {
            assertThat(other.left()).isEmpty();
            assertThat(other.takeUp(RUN)).isEmpty();
        }

        assertThat(file()).exists();
        assertThat(left()).hasSize(1);
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
    void left_aFileThatIsNoClaimOfTheRun_isLeftAlone(String content) throws IOException {
        Files.createDirectories(file().getParent());
        Files.writeString(file(), content);

        assertThat(left()).isEmpty();

        assertThat(file()).hasContent(content);
    }

    @Test
    void left_directoriesThatAreNoRuns_areLeftAlone() throws IOException {
        for (String name : List.of("notes", "-5", "18446744073709551616")) {
            Path directory = Files.createDirectories(state.resolve(name));
            ClaimFile.write(
                    directory.resolve("claim.json"),
                    new ClaimFile.Content(ADDRESS, new KeptRun(claim(), Optional.empty())));
        }

        assertThat(left()).isEmpty();
    }

    /** Keeps a run as a process does that is then killed: with its file, and without its lock. */
    private void leave(KeptRun run) throws IOException {
        ClaimFile.write(file(), new ClaimFile.Content(ADDRESS, run));
    }

    /** Returns what a process finds that begins now and ends at once. */
    private List<KeptRun> left() throws IOException {
        try (ClaimFiles store = store()) {
            return store.left();
        }
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

    /** Leaves another run, and returns its id. */
    private long other() throws IOException {
        long runId = 12;
        KeptRun run =
                new KeptRun(RunClaim.of(GENERATION, runId, TOKEN).taskId(1).build(), Optional.empty());
        ClaimFile.write(state.resolve("12").resolve("claim.json"), new ClaimFile.Content(ADDRESS, run));
        return runId;
    }

    private Path halfWritten() {
        return state.resolve(RUN_NAME).resolve(".claim.json.tmp");
    }

    /** Starts a process that drives the run, if it may, until it is killed or its standard input ends. */
    private Process driver(long runId) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx32m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Driver.class.getName(),
                        state.resolve(".claims.lock").toString(),
                        Long.toString(runId))
                .start();
    }

    /** Returns what the process says first, and lets it end. */
    private static String said(Process process) throws IOException {
        try (BufferedReader said = process.inputReader(StandardCharsets.UTF_8)) {
            return said.readLine();
        } finally {
            process.destroyForcibly();
        }
    }

    /** Says whether it got the lock of a run. */
    static final class Driver {
        private Driver() {}

        public static void main(String[] arguments) throws IOException {
            try (RunLocks locks = new RunLocks(Path.of(arguments[0]))) {
                System.out.println(locks.lock(Long.parseLong(arguments[1])));
                while (System.in.read() >= 0) {
                    // until the other process closes it
                }
            }
        }
    }
}
