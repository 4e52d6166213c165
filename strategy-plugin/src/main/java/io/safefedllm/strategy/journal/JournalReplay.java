package io.safefedllm.strategy.journal;

import io.safefedllm.probe.model.ProbeScore;
import io.safefedllm.strategy.exchange.ReplyCode;
import io.safefedllm.strategy.exchange.ServerRound;
import io.safefedllm.strategy.gate.RoundGate;
import io.safefedllm.strategy.gate.RoundNorms;
import io.safefedllm.strategy.journal.ClientLine.Judged;
import io.safefedllm.strategy.journal.ClientLine.ScoredView;
import io.safefedllm.strategy.trust.Testimony;
import io.safefedllm.strategy.trust.TrustLedger;
import io.safefedllm.strategy.trust.TrustPolicy;
import io.safefedllm.strategy.trust.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * Plays the rounds of a journal again: what was received is taken from the lines, everything that was decided is decided
 * anew by the same policy and gate and compared bit for bit. One replay a journal; not thread-safe.
 *
 * <p>In: scores, samples, norms, digests and the codes 1 to 11, which need the replies themselves. Recomputed: probabilities
 * from logits, capped samples, codes 12 and 13, verdicts, trust, quarantines, duplicates, clip factors, weights, rho, mean
 * weight, skip decisions.
 */
final class JournalReplay {
    private final ReplayRules rules;
    private final TrustLedger ledger;
    private final RoundGate gate;
    private final LineFacts facts;
    private final List<Finding> findings = new ArrayList<>();
    private Optional<String> adapter;
    private long weights;

    JournalReplay(ReplayRules rules) {
        this.rules = rules;
        this.ledger = rules.ledger();
        this.gate = rules.gate();
        this.facts = rules.facts();
        this.findings.addAll(rules.contradictions());
        this.adapter = rules.initialAdapterSha256();
    }

    List<Finding> findings() {
        return List.copyOf(findings);
    }

    /** Returns how many weights were recomputed. */
    long weights() {
        return weights;
    }

    /** Returns whether the trust in clients is recomputed; it is not where the program brought a policy of its own. */
    boolean weighs() {
        return rules.policy().isPresent();
    }

    /** Returns what is remembered of the clients after the rounds that were played. */
    List<TrustLedger.Client> clients() {
        return ledger.snapshot().clients();
    }

    /** Returns the length that the next round is measured by; null before the first. */
    @Nullable Double rho() {
        OptionalDouble rho = gate.snapshot().reference().previous();
        return rho.isPresent() ? rho.getAsDouble() : null;
    }

    /** Returns the digests of old updates, by node in unsigned decimal. */
    Map<String, List<String>> replays() {
        Map<String, List<String>> replays = new HashMap<>();
        gate.snapshot().replays().forEach((node, digests) -> replays.put(Long.toUnsignedString(node), digests));
        return replays;
    }

    void play(RoundLine round) {
        RoundGate.Findings gated = gate.judge(participants(round));
        Map<Long, Verdict> verdicts = verdicts(round, gated);
        for (ClientLine client : round.clients()) {
            findings.addAll(facts.of(client));
            inputs(client);
            twin(client, round);
            check(client, gated, Optional.ofNullable(verdicts.get(client.nodeId())));
        }
        norms(round, gated);
        Optional<SkipReason> skip = skip(round);
        gate.settle(gated, skip.isPresent());
        adapter(round);
    }

    private List<RoundGate.Participant> participants(RoundLine round) {
        return round.clients().stream()
                .filter(ClientLine::isPresent)
                .map(client -> new RoundGate.Participant(
                        client.nodeId(),
                        entryCode(client.code()),
                        norm(client),
                        client.updateSha256(),
                        client.share().likeness()))
                .toList();
    }

    /** The code before the round was looked at as a whole. */
    private static ReplyCode entryCode(ReplyCode code) {
        return switch (code) {
            case OVERSIZED, OUTGROWN, REPLAYED -> ReplyCode.OK;
            default -> code;
        };
    }

    private static OptionalDouble norm(ClientLine client) {
        boolean admitted = entryCode(client.code()) == ReplyCode.OK;
        return admitted
                ? OptionalDouble.of(client.share().norm().orElse(Double.NaN))
                : client.share().norm();
    }

    private Map<Long, Verdict> verdicts(RoundLine round, RoundGate.Findings gated) {
        Optional<TrustPolicy> policy = rules.policy();
        Map<Long, Verdict> verdicts = new HashMap<>();
        if (policy.isEmpty()) {
            return verdicts;
        }
        List<ClientLine> present = round.clients().stream()
                .filter(client -> client.code().takesPart())
                .toList();
        List<Testimony> testimonies =
                present.stream().map(client -> testimony(client, gated)).toList();
        List<Verdict> weighed = policy.get().weigh(testimonies, ledger);
        for (int i = 0; i < present.size(); i++) {
            verdicts.put(present.get(i).nodeId(), weighed.get(i));
        }
        return verdicts;
    }

    private static Testimony testimony(ClientLine client, RoundGate.Findings gated) {
        return new Testimony(
                new ServerRound(client.round()),
                client.nodeId(),
                client.code(),
                client.claim().capped(),
                client.claim().shadowAsked(),
                client.code() == ReplyCode.OK ? WrittenEvidence.of(client) : Optional.empty(),
                Optional.ofNullable(gated.outcomes().get(client.nodeId())).flatMap(RoundGate.Outcome::copied));
    }

    private void inputs(ClientLine client) {
        for (ScoredView view : client.claim().views()) {
            double p = ProbeScore.ofLogit(view.z()).value();
            if (p != view.p()) {
                differs(client, "views", "p = " + view.p() + " in view " + view.view(), "p = " + p);
            }
            rules.threshold(view).ifPresent(threshold -> {
                if (threshold != view.threshold()) {
                    differs(client, "views", view.threshold() + " as threshold of " + view.view(), threshold);
                }
            });
        }
        long capped = entryCode(client.code()) == ReplyCode.OK
                ? rules.capped(client.claim().numExamples().orElse(0))
                : 0;
        compare(client, "capped", client.claim().capped(), capped);
    }

    /** A twin is another client of the round. */
    private void twin(ClientLine client, RoundLine round) {
        client.share().likeness().twin().ifPresent(twin -> {
            boolean there = round.clients().stream()
                    .filter(other -> other.isPresent() && other.nodeId() != client.nodeId())
                    .anyMatch(other -> Long.toUnsignedString(other.nodeId()).equals(twin));
            if (!there) {
                findings.add(new Finding(client.seq(), "twin", "is no other client of the round"));
            }
        });
    }

    private void check(ClientLine client, RoundGate.Findings gated, Optional<Verdict> verdict) {
        RoundGate.Outcome outcome =
                gated.outcomes().getOrDefault(client.nodeId(), RoundGate.Outcome.refused(ReplyCode.NO_REPLY));
        compare(client, "code", client.code(), outcome.code());
        compare(client, "clip", client.share().clip(), outcome.clip());
        compare(client, "duplicates", client.share().duplicates(), outcome.duplicates());
        if (!outcome.code().takesPart()) {
            compare(client, "weight", client.share().weight(), 0.0);
            compare(client, "harmful", client.verdict().isPresent(), false);
            return;
        }
        if (client.verdict().isEmpty()) {
            findings.add(new Finding(client.seq(), "harmful", "is missing"));
            return;
        }
        Judged written = client.verdict().get();
        verdict.ifPresent(recomputed -> check(client, written, recomputed));
        double weight = verdict.map(recomputed -> recomputed.weight().value()).orElse(written.trust());
        compare(client, "weight", client.share().weight(), weight / outcome.duplicates());
        weights++;
    }

    private void check(ClientLine client, Judged written, Verdict recomputed) {
        compare(client, "harmful", written.harmful(), recomputed.harmful());
        compare(client, "harmfulShare", written.harmfulShare(), recomputed.harmfulShare());
        compare(client, "omega", written.omega(), recomputed.levelWeight());
        compare(client, "trust", written.trust(), recomputed.trust());
        compare(client, "quarantined", written.quarantined(), recomputed.quarantinedAtStart());
        compare(client, "quarantineLevel", written.quarantineLevel(), recomputed.quarantineLevel());
        compare(client, "quarantineLeft", written.quarantineLeft(), recomputed.quarantineLeft());
        compare(client, "reasons", written.reasons(), recomputed.reasons());
    }

    private void norms(RoundLine round, RoundGate.Findings gated) {
        compare(round.seq(), "rho", round.rho(), finite(gated.norms().map(RoundNorms::rho)));
        compare(
                round.seq(),
                "medianNorm",
                round.medianNorm(),
                finite(gated.norms().map(RoundNorms::median)));
    }

    private static OptionalDouble finite(Optional<Double> value) {
        return value.filter(Double::isFinite).map(OptionalDouble::of).orElse(OptionalDouble.empty());
    }

    private Optional<SkipReason> skip(RoundLine round) {
        MeanWeight mean = rules.mean(round.clients());
        compare(round.seq(), "meanWeight", round.mean().value(), mean.value());
        compare(round.seq(), "counted", round.mean().counted(), mean.counted());
        compare(round.seq(), "effectiveSamples", round.mean().effectiveSamples(), mean.effectiveSamples());
        Optional<SkipReason> expected = rules.skip(round.clients());
        boolean whileCombining = expected.isEmpty()
                && round.skipped().filter(ReplayRules::comesFromCombining).isPresent();
        if (!whileCombining) {
            compare(round.seq(), "reason", word(round.skipped()), word(expected));
        }
        if (expected.isPresent() || !rules.mayDegrade()) {
            compare(round.seq(), "degraded", round.degraded(), false);
        }
        return round.skipped();
    }

    private static String word(Optional<SkipReason> reason) {
        return reason.map(SkipReason::name).orElse("none");
    }

    private void adapter(RoundLine round) {
        if (round.skipped().isPresent() && adapter.isPresent()) {
            compare(round.seq(), "adapterSha256", round.adapterSha256(), adapter.get());
        }
        adapter = Optional.of(round.adapterSha256());
    }

    private void compare(ClientLine client, String field, Object written, Object recomputed) {
        compare(client.seq(), field, written, recomputed);
    }

    private void compare(long line, String field, Object written, Object recomputed) {
        if (!Objects.equals(written, recomputed)) {
            findings.add(Finding.differs(line, field, written, recomputed));
        }
    }

    private void differs(ClientLine client, String field, Object written, Object recomputed) {
        findings.add(Finding.differs(client.seq(), field, written, recomputed));
    }
}
