package io.safefedllm.strategy.round;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.safefedllm.strategy.Golden;
import io.safefedllm.strategy.exchange.ReplyCode;
import io.safefedllm.strategy.journal.ClientReport;
import io.safefedllm.strategy.journal.SkipReason;
import io.safefedllm.strategy.settings.RoundSettings;
import io.safefedllm.strategy.settings.Sampling;
import io.safefedllm.strategy.trust.SecurityWeight;
import io.safefedllm.strategy.trust.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SkipRuleTest {

    @Test
    void before_goldenRounds_agrees() {
        Golden golden = Golden.read("hardened-skip");
        for (int k = 0; k < golden.inputs().get("rounds").size(); k++) {
            List<ClientReport> reports = new ArrayList<>();
            for (JsonNode client : golden.inputs().get("rounds").get(k)) {
                if (!client.get("quarantined").asBoolean()) { // a quarantined client does not count, as if absent
                    reports.add(report(
                            ReplyCode.valueOf(client.get("code").asText()),
                            client.get("w").asDouble(),
                            client.get("n").asLong()));
                }
            }
            String expected = golden.expected().get("reasons").get(k).asText();

            assertThat(SkipRule.before(reports, course(1), true)
                            .map(SkipReason::name)
                            .orElse("-"))
                    .as("round %d", k)
                    .isEqualTo(expected);
        }
    }

    @Test
    void before_goldenWeights_agreesWithTheAuthors() {
        Golden golden = Golden.read("round-skip-table");
        for (int row = 0; row < golden.inputs().get("weights").size(); row++) {
            List<ClientReport> reports = new ArrayList<>();
            for (double weight : Golden.numbers(golden.inputs().get("weights").get(row))) {
                reports.add(report(ReplyCode.OK, weight, 16));
            }
            JsonNode expected = golden.expected().get("rows").get(row);
            boolean skip = SkipRule.before(reports, course(1), true).isPresent();

            assertThat(skip).as("row %d", row).isEqualTo(expected.get("skip").asBoolean());
            if (!skip) {
                golden.assertAgrees(
                        reports.stream()
                                .mapToDouble(ClientReport::effectiveSamples)
                                .toArray(),
                        Golden.numbers(expected.get("effective")));
            }
        }
    }

    @Test
    void before_withoutScreening_neverSkipsForLowTrust() {
        List<ClientReport> reports = List.of(report(ReplyCode.OK, 0.1, 16));

        assertThat(SkipRule.before(reports, course(1), true)).hasValue(SkipReason.LOW_TRUST);
        assertThat(SkipRule.before(reports, course(1), false)).isEmpty();
    }

    @Test
    void before_quorumNotReached_isTooFewReplies() {
        List<ClientReport> reports =
                List.of(report(ReplyCode.OK, 1, 16), report(ReplyCode.BAD_KEYS, 0, 0), report(ReplyCode.OK, 1, 16));

        assertThat(SkipRule.before(reports, course(2), true)).isEmpty();
        assertThat(SkipRule.before(reports, course(3), true)).hasValue(SkipReason.TOO_FEW_REPLIES);
        assertThat(SkipRule.before(List.of(), course(3), true)).hasValue(SkipReason.NO_CLIENTS);
    }

    private static RoundSettings course(int minReplies) {
        return new RoundSettings(
                1, Duration.ofSeconds(1), minReplies, 0.2, new Sampling(OptionalDouble.empty(), 2, 2, 20));
    }

    private static ClientReport report(ReplyCode code, double weight, long examples) {
        Verdict verdict = Verdict.trusted(new SecurityWeight(weight));
        return new ClientReport(
                2,
                code,
                "",
                OptionalLong.of(examples),
                examples,
                List.of(),
                OptionalDouble.empty(),
                Optional.empty(),
                code == ReplyCode.NO_REPLY ? Optional.empty() : Optional.of(verdict));
    }
}
