package io.safefedllm.flower.link.fake;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.flower.link.LinkHarness;
import io.safefedllm.flower.link.RunClaim;
import io.safefedllm.flower.link.RunFilter;
import io.safefedllm.flower.link.RunFilter.Verdict;
import io.safefedllm.flower.link.RunLink;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a filter saves from being claimed, and what every claim tells, generation by generation. */
class FilteredClaimTest {

    private static final List<String> CLAIMS = List.of("RequestToken", "ClaimTask", "AcquireTask");

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"HTTP_BOTH", "HTTP_ACQUIRE"})
    void tryClaim_foreignByItsHash_isNeverClaimed(FakeGeneration generation) {
        assertThat(claimOf(generation, "0".repeat(64))).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"GRPC_OLDEST", "GRPC_CLASSIC", "GRPC_TASK", "GRPC_RUNTIME"})
    void tryClaim_foreignByItsId_isNeverClaimedOverGrpc(FakeGeneration generation) {
        assertThat(claimOf(generation, "somebody/else")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP_CLAIM", "HTTP_BOTH", "HTTP_ACQUIRE"})
    void tryClaim_foreignByItsId_isDecidedByTheInputsOverHttp(FakeGeneration generation) {
        assertThat(claimOf(generation, "somebody/else")).contains(Verdict.UNDECIDED);
    }

    @ParameterizedTest
    @EnumSource
    void tryClaim_oursAfterAForeignOne_isClaimedWithItsHash(FakeGeneration generation) {
        try (WireHarness harness = WireHarness.of(generation);
                RunLink link = harness.executor()) {
            harness.submit(Map.of("foreign", 1L));
            long ours = harness.submit(Map.of("ours", 1L));
            RunFilter filter =
                    RunFilter.of(List.of(harness.superLink().run(ours).run.getFabHash()));

            Optional<RunClaim> claim = link.tryClaim(filter);
            if (claim.filter(it -> filter.decide(it.fabId(), it.fabHash()) == Verdict.FOREIGN)
                    .isPresent()) {
                claim = link.tryClaim(filter);
            }

            assertThat(claim).map(RunClaim::runId).contains(ours);
            assertThat(claim.flatMap(RunClaim::fabHash))
                    .contains(harness.superLink().run(ours).run.getFabHash());
        }
    }

    /** Submits a run of {@link LinkHarness#FAB_ID}; returns what the filter says of the claim, if one was made. */
    private static Optional<Verdict> claimOf(FakeGeneration generation, String app) {
        RunFilter filter = RunFilter.of(List.of(app));
        try (WireHarness harness = WireHarness.of(generation);
                RunLink link = harness.executor()) {
            harness.submit(Map.of());

            Optional<RunClaim> claim = link.tryClaim(filter);

            // Finding out which generation it is asks for a task of no type.
            long claims = harness.superLink().calls().stream()
                            .filter(CLAIMS::contains)
                            .count()
                    - (generation.isHttp() ? 1 : 0);
            assertThat(claims > 0).isEqualTo(claim.isPresent());
            return claim.map(it -> filter.decide(it.fabId(), it.fabHash()));
        }
    }
}
