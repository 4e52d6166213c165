package io.safefedllm.strategy.trust;

import io.safefedllm.strategy.evidence.Evidence;
import io.safefedllm.strategy.evidence.StepScores;
import io.safefedllm.strategy.exchange.ReplyCode;
import io.safefedllm.strategy.exchange.ServerRound;
import io.safefedllm.strategy.exchange.TaskKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** One client's way through the rounds of a run. */
record Career(List<Year> years) {
    static final long NODE = 5;

    private static final int STEPS = 10;
    private static final double HARMFUL = 0.99;
    private static final double BENIGN = 0.05;

    /** What a client does in a round when it is asked for a shadow run, or not. */
    @FunctionalInterface
    interface Behaviour {
        Testimony act(ServerRound round, ShadowNeed need);
    }

    /** One round of it. */
    record Year(ShadowNeed need, boolean harmful, Verdict verdict) {
        double weight() {
            return verdict.weight().value();
        }
    }

    static Career of(Level level, TrustSettings settings, int rounds, Behaviour behaviour) {
        return of(TrustPolicies.of(level, settings), TrustPolicyContract.ledger(), rounds, behaviour);
    }

    static Career of(TrustPolicy policy, TrustLedger ledger, int rounds, Behaviour behaviour) {
        List<Year> years = new ArrayList<>();
        for (int k = 0; k < rounds; k++) {
            ServerRound round = new ServerRound(k + 1);
            ShadowNeed need = policy.shadowNeed(round, NODE, ledger);
            Testimony testimony = behaviour.act(round, need);
            Verdict verdict = policy.weigh(List.of(testimony), ledger).get(0);
            years.add(new Year(need, verdict.harmful(), verdict));
        }
        return new Career(years);
    }

    /** A client whose harm shows in whatever it is asked for; rounds are counted from 0. */
    static Behaviour harmfulWhen(IntPredicate harmful) {
        return (round, need) -> {
            boolean bad = harmful.test(round.number() - 1);
            return need.isNeeded() ? shadowed(round, bad, bad) : submitted(round, bad);
        };
    }

    /** A client that reports all its steps in every round. */
    static Behaviour reportingWhen(IntPredicate harmful) {
        return (round, need) -> shadowed(round, harmful.test(round.number() - 1), false);
    }

    /** All steps of a shadow run, and the submitted update beside it. */
    static Testimony shadowed(ServerRound round, boolean shadowHarmful, boolean mainHarmful) {
        double[] scores = new double[STEPS];
        Arrays.fill(scores, shadowHarmful ? HARMFUL : BENIGN);
        StepScores main = Testimonies.step(TaskKind.MAIN, 1, mainHarmful ? HARMFUL : BENIGN);
        return testimony(round, true, new Evidence(Testimonies.steps(scores), Optional.of(main)));
    }

    /** A shadow run alone, one score a step. */
    static Testimony shadowOnly(ServerRound round, double... scores) {
        return testimony(round, true, new Evidence(Testimonies.steps(scores), Optional.empty()));
    }

    /** The submitted update alone. */
    static Testimony submitted(ServerRound round, boolean harmful) {
        StepScores main = Testimonies.step(TaskKind.MAIN, 1, harmful ? HARMFUL : BENIGN);
        return testimony(round, false, new Evidence(List.of(main), Optional.empty()));
    }

    static Testimony silent(ServerRound round) {
        return new Testimony(round, NODE, ReplyCode.OK, Testimonies.SAMPLES, true, Optional.empty());
    }

    static Testimony testimony(ServerRound round, boolean asked, Evidence evidence) {
        return new Testimony(round, NODE, ReplyCode.OK, Testimonies.SAMPLES, asked, Optional.of(evidence));
    }

    double weight(int k) {
        return years.get(k).weight();
    }

    /** Returns the mean weight from one round to before another. */
    double mean(int from, int to) {
        return years.subList(from, to).stream()
                .mapToDouble(Year::weight)
                .average()
                .orElseThrow();
    }

    double meanWhere(IntPredicate rounds) {
        return IntStream.range(0, years.size())
                .filter(rounds)
                .mapToDouble(this::weight)
                .average()
                .orElseThrow();
    }

    /** Returns the first round from {@code from} with at least that weight, or -1. */
    int firstAtLeast(double weight, int from) {
        for (int k = from; k < years.size(); k++) {
            if (weight(k) >= weight) {
                return k;
            }
        }
        return -1;
    }
}
