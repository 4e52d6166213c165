package io.safefedllm.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.flower.app.SuperLinkFacts;
import io.safefedllm.flower.link.SuperLinkAddress;
import io.safefedllm.it.harness.Await;
import io.safefedllm.it.harness.Credentials;
import io.safefedllm.it.harness.Federation;
import io.safefedllm.it.harness.FlwrRelease;
import io.safefedllm.it.harness.MovedClock;
import io.safefedllm.it.harness.ProcessOutputOnFailure;
import io.safefedllm.it.harness.ProgramCall;
import io.safefedllm.it.harness.PythonEnvironment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * SuperLinks as strict as their releases can be: what they refuse is told in one line, what they take shows no secret, and one that goes
 * away in the middle of a round is told from a run that failed.
 *
 * <p>An executor whose SuperLink has gone tries on for a minute: two begin to before the other tests and are looked at after them.
 */
@ExtendWith(ProcessOutputOnFailure.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ProtectedSuperLinkIT {

    private static final Duration CALL_LIMIT = Duration.ofSeconds(90);

    /** The retries of a call, the last wait among them, and the end of the process. */
    private static final Duration LOSS_LIMIT = Duration.ofMinutes(3);

    private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(30);

    @TempDir
    private static Path shared;

    private static final List<SecretRun> LOST = new ArrayList<>();

    @BeforeAll
    static void loseSuperLinksInTheMiddleOfARound() throws Exception {
        for (FlwrRelease release : Releases.all().toList()) {
            SecretRun run =
                    SecretRun.start(release, Files.createDirectory(shared.resolve("lost-" + release.version())), 3);
            LOST.add(run);
            run.loseSuperLink();
        }
    }

    @AfterAll
    static void end() {
        LOST.forEach(SecretRun::close);
    }

    @Order(1)
    @ParameterizedTest
    @MethodSource("io.safefedllm.it.Releases#everyTransport")
    void superLink_wrongWaysIn_areRefusedInWords(FlwrRelease release) throws Exception {
        Path directory = Files.createDirectory(shared.resolve(release.version()));
        Credentials right = credentials(release, directory.resolve("right"));
        Credentials wrong = credentials(release, directory.resolve("wrong"));
        MovedClock clock = MovedClock.in(directory);
        Files.writeString(directory.resolve("rows.json"), "[{\"instruction\": \"a\", \"output\": \"b\"}]");
        SoftAssertions softly = new SoftAssertions();
        try (Federation federation = Federation.startProtected(release, directory, right, clock)) {
            Map<Duration, List<RefusedCalls.Refused>> calls = new RefusedCalls(federation, wrong, directory)
                    .all().stream().collect(Collectors.groupingBy(RefusedCalls.Refused::clockLead));
            assertThat(calls).hasSize(3);
            calls.forEach((lead, refused) -> {
                clock.move(lead);
                awaitClock(federation, lead);
                requireDiagnosed(softly, federation, lead);
                refused.forEach(call -> requireRefused(softly, call));
            });
        }
        try (Federation open = Federation.start(release, Files.createDirectory(directory.resolve("open")))) {
            RefusedCalls.byOpen(open, right, directory).forEach(call -> requireRefused(softly, call));
        }
        softly.assertAll();
    }

    @Order(2)
    @ParameterizedTest
    @MethodSource("io.safefedllm.it.Releases#everyTransport")
    void run_inFullDetail_showsNoSecret(FlwrRelease release) throws Exception {
        Path directory = Files.createDirectory(shared.resolve("completed-" + release.version()));
        try (SecretRun run = SecretRun.start(release, directory, 1)) {
            run.requireCompleted();
        }
    }

    /** The last one: until now the executors have tried to reach their SuperLinks. */
    @Order(3)
    @Test
    void serve_superLinkGoneInTheMiddleOfARound_saysThatTheRunIsLost() throws Exception {
        assertThat(LOST).hasSize(2);
        for (SecretRun run : LOST) {
            run.requireLost(LOSS_LIMIT);
        }
    }

    /** An HTTP server renews the time that it tells once a second. */
    private static void awaitClock(Federation federation, Duration lead) {
        if (!federation.release().executorGeneration().startsWith("http")) {
            return;
        }
        SuperLinkAddress address = SuperLinkAddress.parse(federation.link().executorAddress());
        Await.until("the SuperLink goes by the time that it was given", CALL_LIMIT, () -> SuperLinkFacts.clockLead(
                        address, JvmSides.executorOptions(federation), false)
                .filter(seen -> seen.plus(lead).abs().compareTo(CLOCK_TOLERANCE) < 0)
                .isPresent());
    }

    /** The doctor, with all that the release asks for, finds everything in order, or the clock and nothing else. */
    private static void requireDiagnosed(SoftAssertions softly, Federation federation, Duration lead) {
        FlwrRelease release = federation.release();
        ProgramCall call = ProgramCall.of(RefusedCalls.doctor(federation), CALL_LIMIT);
        String name = "doctor on " + release.version() + " by " + lead + ": " + call.out() + call.err();
        if (lead.isZero()) {
            softly.assertThat(call.status()).as(name).isZero();
            softly.assertThat(call.out())
                    .as(name)
                    .contains(release.executorGeneration() + ", ready for serve")
                    .contains(
                            release.hasExecutorTls()
                                    ? "TLS; its certificate: subject "
                                    : "plaintext, neither encrypted")
                    .contains("wanted, and the one given is accepted");
        } else {
            softly.assertThat(call.status()).as(name).isEqualTo(1);
            softly.assertThat(call.err().strip()).as(name).endsWith("SFL-306 (docs/exit-codes/SFL-306.md)");
        }
    }

    private static void requireRefused(SoftAssertions softly, RefusedCalls.Refused refused) {
        ProgramCall call = ProgramCall.of(refused.arguments(), CALL_LIMIT);
        String told = call.err()
                .lines()
                .filter(line -> !line.startsWith("WARNING: others than its owner"))
                .collect(Collectors.joining("\n"));
        String name = String.join(" ", refused.arguments()) + " by " + refused.clockLead();
        softly.assertThat(call.status()).as(name).isEqualTo(1);
        softly.assertThat(told)
                .as(name)
                .doesNotContain("\n")
                .contains(refused.words())
                .endsWith(refused.code() + " (docs/exit-codes/" + refused.code() + ".md)");
    }

    private static Credentials credentials(FlwrRelease release, Path directory) throws Exception {
        return Credentials.make(PythonEnvironment.of(release), Files.createDirectory(directory), 1);
    }
}
