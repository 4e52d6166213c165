package io.safefedllm.strategy.round;

import io.safefedllm.strategy.evidence.Evidence;
import io.safefedllm.strategy.exchange.ReplyCode;
import io.safefedllm.strategy.exchange.ServerRound;
import io.safefedllm.strategy.gate.Likeness;
import io.safefedllm.strategy.gate.RoundGate;
import io.safefedllm.strategy.gate.UpdateSketch;
import io.safefedllm.strategy.journal.ClientReport;
import io.safefedllm.strategy.journal.MeanWeight;
import io.safefedllm.strategy.journal.SkipReason;
import io.safefedllm.strategy.journal.SkipRule;
import io.safefedllm.strategy.trust.Level;
import io.safefedllm.strategy.trust.Testimony;
import io.safefedllm.strategy.trust.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The clients of a round after they were compared with each other and weighed (SF-7.1 codes 12 and 13, SF-7.3 to 7.8).
 *
 * @param reports one for each node that was drawn, ascending unsigned
 * @param findings what comparing the replies showed
 * @param mean the weights together
 * @param skip why the round is skipped before anything is combined
 */
record WeighedRound(
        List<ClientReport> reports, RoundGate.Findings findings, MeanWeight mean, Optional<SkipReason> skip) {

    static WeighedRound of(RoundEngine engine, ServerRound round, List<OpenClient.Judgement> judged) {
        RoundGate.Findings findings = engine.memory.roundGate().judge(participants(engine, judged));
        Map<Long, Verdict> verdicts = weigh(engine, round, judged, findings);
        List<ClientReport> reports = judged.stream()
                .map(client -> report(client, findings, Optional.ofNullable(verdicts.get(client.nodeId()))))
                .toList();
        SkipRule rule = new SkipRule(
                engine.settings.course().skip(),
                engine.settings.course().minReplies(),
                engine.settings.level() != Level.NONE);
        List<SkipRule.Standing> standings =
                reports.stream().map(WeighedRound::standing).toList();
        return new WeighedRound(reports, findings, rule.mean(standings), rule.decide(standings));
    }

    private static List<RoundGate.Participant> participants(RoundEngine engine, List<OpenClient.Judgement> judged) {
        Map<Long, UpdateSketch> sketches = new HashMap<>();
        judged.forEach(
                client -> client.submission().sketch().ifPresent(sketch -> sketches.put(client.nodeId(), sketch)));
        Map<Long, Likeness> likenesses = engine.memory.roundGate().likenesses(sketches);
        return judged.stream()
                .filter(client -> client.code() != ReplyCode.NO_REPLY)
                .map(client -> new RoundGate.Participant(
                        client.nodeId(),
                        client.code(),
                        client.submission().norm(),
                        client.submission().updateSha256(),
                        likenesses.getOrDefault(client.nodeId(), Likeness.NONE)))
                .toList();
    }

    /** Weighs all clients that took part, at once, and brings the ledger up to date. */
    private static Map<Long, Verdict> weigh(
            RoundEngine engine, ServerRound round, List<OpenClient.Judgement> judged, RoundGate.Findings findings) {
        List<Testimony> testimonies = new ArrayList<>();
        for (OpenClient.Judgement client : judged) {
            RoundGate.Outcome outcome = findings.outcomes().get(client.nodeId());
            if (outcome != null && outcome.code().takesPart()) {
                Optional<Evidence> evidence =
                        client.inspection().evidence().filter(any -> outcome.code() == ReplyCode.OK);
                testimonies.add(new Testimony(
                        round,
                        client.nodeId(),
                        outcome.code(),
                        client.submission().cappedExamples(),
                        client.inspection().shadowAsked(),
                        evidence,
                        outcome.copied()));
            }
        }
        List<Verdict> verdicts = engine.parts.policy().weigh(testimonies, engine.memory.ledger());
        Map<Long, Verdict> byNode = new HashMap<>();
        for (int i = 0; i < testimonies.size(); i++) {
            byNode.put(testimonies.get(i).nodeId(), verdicts.get(i));
        }
        return byNode;
    }

    private static ClientReport report(
            OpenClient.Judgement client, RoundGate.Findings findings, Optional<Verdict> verdict) {
        RoundGate.Outcome outcome = findings.outcomes().get(client.nodeId());
        ReplyCode code = outcome == null ? client.code() : outcome.code();
        Likeness likeness = findings.likeness(client.nodeId());
        return new ClientReport(
                client.nodeId(),
                code,
                code == client.code() ? client.detail() : detail(code),
                client.submission(),
                client.inspection(),
                verdict,
                outcome == null ? 1.0 : outcome.clip(),
                outcome == null ? 1 : outcome.duplicates(),
                likeness);
    }

    private static String detail(ReplyCode code) {
        return switch (code) {
            case OVERSIZED -> "the update is many times longer than those of the round";
            case OUTGROWN -> "the updates of the round are many times longer than before";
            default -> "the client sent this very update before";
        };
    }

    private static SkipRule.Standing standing(ClientReport client) {
        return new SkipRule.Standing(
                client.code() != ReplyCode.NO_REPLY,
                client.isAdmitted(),
                client.isQuarantined(),
                client.weight(),
                client.isAdmitted() ? client.cappedExamples() : 0);
    }

    /** Returns the clients whose updates may enter the aggregate, ascending unsigned. */
    List<ClientReport> admitted() {
        return reports.stream().filter(ClientReport::isAdmitted).toList();
    }
}
