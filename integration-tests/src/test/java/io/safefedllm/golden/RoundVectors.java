package io.safefedllm.golden;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.safefedllm.client.train.RoundRate;
import io.safefedllm.lab.metric.ExpectedAttackers;
import io.safefedllm.strategy.exchange.ReplyCode;
import io.safefedllm.strategy.journal.SkipReason;
import io.safefedllm.strategy.journal.SkipRule;
import io.safefedllm.strategy.journal.SkipRule.Standing;
import io.safefedllm.strategy.settings.SkipScope;
import io.safefedllm.strategy.settings.SkipSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The control of rounds: learning rates, the attackers that rules are told, skips (SF-6, SF-7.8). */
final class RoundVectors {
    static final Map<String, VectorCheck> CHECKS = Map.of(
            "schedule", RoundVectors::schedule,
            "skip-table", RoundVectors::skipTable,
            "skip-hardened", RoundVectors::skipHardened);

    /** The rate that SF-6.4 falls to. */
    private static final double LEAST_RATE = 1e-6;

    private RoundVectors() {}

    private static void schedule(GoldenCase vector) {
        RoundRate rate = new RoundRate(vector.input("learning_rate").asDouble(), LEAST_RATE);
        JsonNode points = vector.input("points");
        double[] rates = new double[points.size()];
        for (int i = 0; i < rates.length; i++) {
            rates[i] = rate.at(
                    points.get(i).get(0).asLong() + 1, points.get(i).get(1).asLong());
        }
        vector.assertAgrees("rates", rates, vector.expected("rates"));

        JsonNode cases = vector.input("sampled_malicious_total");
        int[] attackers = new int[cases.size()];
        for (int i = 0; i < attackers.length; i++) {
            int[] counts = GoldenCase.integers(cases.get(i));
            attackers[i] = ExpectedAttackers.of(counts[0], counts[1], counts[2]);
        }
        assertThat(attackers).isEqualTo(GoldenCase.integers(vector.expected("expected_attackers")));
    }

    private static void skipTable(GoldenCase vector) {
        SkipRule rule = rule(vector, SkipScope.SAMPLED);
        double samples = vector.input("samples").asDouble();
        JsonNode rounds = vector.input("weights");
        for (int i = 0; i < rounds.size(); i++) {
            JsonNode expected = vector.expected("rows").get(i);
            double[] weights = GoldenCase.numbers(rounds.get(i));
            List<Standing> standings = new ArrayList<>();
            for (double weight : weights) {
                standings.add(new Standing(true, true, false, weight, samples));
            }

            boolean skipped = rule.decide(standings).isPresent();

            double[] effective = new double[weights.length];
            List<Integer> accepted = new ArrayList<>();
            for (int client = 0; client < weights.length && !skipped; client++) {
                effective[client] = samples * weights[client];
                accepted.add(client);
            }
            assertThat(skipped).isEqualTo(expected.get("skip").asBoolean());
            vector.assertAgrees("effective", effective, expected.get("effective"));
            assertThat(accepted.stream().mapToInt(client -> client).toArray())
                    .isEqualTo(GoldenCase.integers(expected.get("accepted")));
        }
    }

    private static void skipHardened(GoldenCase vector) {
        SkipRule rule = rule(vector, SkipScope.COUNTED);
        List<String> reasons = new ArrayList<>();
        for (JsonNode round : vector.input("rounds")) {
            List<Standing> standings = new ArrayList<>();
            round.forEach(client -> standings.add(standing(client)));
            reasons.add(rule.decide(standings).map(SkipReason::name).orElse("-"));
        }

        assertThat(reasons).isEqualTo(GoldenCase.strings(vector.expected("reasons")));
    }

    private static Standing standing(JsonNode client) {
        ReplyCode code = ReplyCode.valueOf(client.get("code").asText());
        return new Standing(
                code != ReplyCode.NO_REPLY,
                code == ReplyCode.OK,
                client.get("quarantined").asBoolean(),
                client.get("w").asDouble(),
                client.get("n").asDouble());
    }

    private static SkipRule rule(GoldenCase vector, SkipScope scope) {
        return new SkipRule(new SkipSettings(vector.input("threshold").asDouble(), scope), 1, true);
    }
}
