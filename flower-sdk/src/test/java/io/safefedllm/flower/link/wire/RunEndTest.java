package io.safefedllm.flower.link.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.safefedllm.flower.link.ClaimedRun;
import io.safefedllm.flower.link.RunFilter;
import io.safefedllm.flower.link.RunLink;
import io.safefedllm.flower.link.RunStoppedException;
import io.safefedllm.flower.link.RunStoppedException.Reason;
import io.safefedllm.flower.link.fake.FakeGeneration;
import io.safefedllm.flower.link.fake.WireHarness;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A refused run is told to be stopped or lost by how long it was silent: a token lives for 30 seconds at the least. */
class RunEndTest {

    @ParameterizedTest
    @CsvSource({"0, STOPPED_BY_USER", "29999, STOPPED_BY_USER", "30000, LOST", "600000, LOST"})
    void call_refusedAfterSilence_isAStopOrALoss(long silentMillis, Reason reason) throws InterruptedException {
        try (WireHarness harness = WireHarness.of(FakeGeneration.HTTP_CLAIM);
                RunLink link = harness.executor()) {
            ClaimedRun run = claimed(harness, link);
            harness.stop(run.claim().runId());

            harness.pauses().pause(Duration.ofMillis(silentMillis));

            RunStoppedException end = catchThrowableOfType(RunStoppedException.class, run::nodeIds);
            assertThat(end.reason()).isEqualTo(reason);
            assertThat(run.heartbeat()).isFalse();
            assertThat(run.gone().reason()).isEqualTo(reason);
        }
    }

    @ParameterizedTest
    @EnumSource
    void heartbeat_keepsTheRunFromCountingAsSilent(FakeGeneration generation) throws InterruptedException {
        try (WireHarness harness = WireHarness.of(generation);
                RunLink link = harness.executor()) {
            ClaimedRun run = claimed(harness, link);
            harness.pauses().pause(Duration.ofSeconds(29));
            assertThat(run.heartbeat()).isTrue();
            harness.pauses().pause(Duration.ofSeconds(29));
            harness.stop(run.claim().runId());

            assertThat(catchThrowableOfType(RunStoppedException.class, run::nodeIds)
                            .reason())
                    .isEqualTo(Reason.STOPPED_BY_USER);
        }
    }

    @Test
    void gone_neverRefused_isALoss() {
        try (WireHarness harness = WireHarness.of(FakeGeneration.HTTP_CLAIM);
                RunLink link = harness.executor()) {
            assertThat(claimed(harness, link).gone().reason()).isEqualTo(Reason.LOST);
        }
    }

    private static ClaimedRun claimed(WireHarness harness, RunLink link) {
        harness.submit(Map.of());
        return link.open(link.tryClaim(RunFilter.all()).orElseThrow());
    }
}
