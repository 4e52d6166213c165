package io.safefedllm.flower.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.safefedllm.flower.link.NodeLink;
import io.safefedllm.flower.link.RunFilter;
import io.safefedllm.flower.link.RunLink;
import io.safefedllm.flower.link.TestMessages;
import io.safefedllm.flower.link.TransportException;
import io.safefedllm.flower.link.TransportException.Status;
import io.safefedllm.flower.link.fake.FakeGeneration;
import io.safefedllm.flower.link.fake.WireHarness;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Why a SuperLink that can be reached refuses, in every generation that has secrets. */
class RefusalDiagnosisTest {

    private static final byte[] SECRET = "a secret".getBytes(StandardCharsets.US_ASCII);

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "GRPC_OLDEST")
    void executor_rightSecret_claimsRuns(FakeGeneration generation) {
        try (WireHarness harness = guarded(generation);
                RunLink link = SuperLinks.executor(
                        harness.executorAddress(), harness.options().withSuperExecSecret(SECRET))) {
            assertThat(link.tryClaim(RunFilter.all())).isEmpty();
            harness.submit(Map.of());

            assertThat(link.tryClaim(RunFilter.all())).isPresent();
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "GRPC_OLDEST")
    void executor_noSecret_saysThatOneIsWanted(FakeGeneration generation) {
        try (WireHarness harness = guarded(generation)) {
            assertRefused(executor(harness, harness.options()), Status.UNAUTHENTICATED, "wants a secret");
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "GRPC_OLDEST")
    void executor_secretWithALineBreak_isRefusedAndTheLineBreakNamed(FakeGeneration generation) {
        byte[] longer = "a secret\n".getBytes(StandardCharsets.US_ASCII);
        try (WireHarness harness = guarded(generation)) {
            assertRefused(
                    executor(harness, harness.options().withSuperExecSecret(longer)),
                    Status.UNAUTHENTICATED,
                    "must hold the very same bytes (this one ends with a line break");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "PT10M, is 10 min 0 s ahead of that of the SuperLink",
        "PT-10M, is 10 min 0 s behind that of the SuperLink",
        "PT1H0M7S, is 1 h 0 min 7 s ahead of that of the SuperLink",
        "PT5S, is 5 s ahead of that of the SuperLink"
    })
    void executorAndNode_clockThatIsWrong_learnByHowMuch(Duration lead, String words) {
        try (WireHarness harness = guarded(FakeGeneration.GRPC_CLASSIC)) {
            InstantSource wrong = () -> TestMessages.clock().instant().plus(lead);
            SuperLinkOptions options =
                    harness.options().withSuperExecSecret(SECRET).withClock(wrong);

            assertRefused(executor(harness, options), Status.CLOCK, words);
            try (NodeLink node = SuperLinks.fleet(harness.fleetAddress(), options)) {
                assertRefused(node::join, Status.CLOCK, words);
            }
        }
    }

    @Test
    void tryClaim_secretChangedMeanwhile_saysSo() {
        try (WireHarness harness = WireHarness.of(FakeGeneration.HTTP_ACQUIRE);
                RunLink link = harness.executor()) {
            link.tryClaim(RunFilter.all());
            harness.superLink().guard(SECRET, TestMessages.clock());

            assertRefused(() -> link.tryClaim(RunFilter.all()), Status.UNAUTHENTICATED, "wants a secret");
        }
    }

    @Test
    void executor_clockBehindThatOfAnHttpServer_isToldByItsDate() {
        try (WireHarness harness = guarded(FakeGeneration.HTTP_ACQUIRE).tellingTime()) {
            InstantSource longAgo = () -> Instant.EPOCH;
            SuperLinkOptions options =
                    harness.options().withSuperExecSecret(SECRET).withClock(longAgo);

            assertRefused(executor(harness, options), Status.CLOCK, "s behind that of the SuperLink");
        }
    }

    private static WireHarness guarded(FakeGeneration generation) {
        WireHarness harness = WireHarness.of(generation);
        harness.superLink().guard(SECRET, TestMessages.clock());
        return harness;
    }

    private static ThrowingCallable executor(WireHarness harness, SuperLinkOptions options) {
        return () -> SuperLinks.executor(harness.executorAddress(), options);
    }

    private static void assertRefused(ThrowingCallable call, Status status, String words) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        TransportException.class, e -> assertThat(e.status()).isEqualTo(status))
                .hasMessageContaining(words);
    }
}
