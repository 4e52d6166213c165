package io.safefedllm.strategy.journal;

import io.safefedllm.strategy.settings.SkipScope;
import io.safefedllm.strategy.settings.SkipSettings;
import java.util.List;
import java.util.Optional;

/**
 * Decides whether a round leaves the adapter as it was, before anything is combined (SF-6.1, SF-7.8). A skip is a normal
 * result. The rounds decide by it, and whoever checks a journal decides again by it.
 *
 * <p>The scope {@code sampled} is the authors' round control: everybody who replied counts, and a round without effective
 * samples is not noticed (SF-6.5).
 */
public final class SkipRule {
    private final SkipSettings settings;
    private final int minReplies;
    private final boolean trusts;

    /**
     * What the decision looks at of one client.
     *
     * @param replied whether it answered at all
     * @param admitted whether it broke no rule
     * @param quarantined whether it was in quarantine when the round began
     * @param weight w, in [0, 1]
     * @param examples n, not negative
     */
    public record Standing(boolean replied, boolean admitted, boolean quarantined, double weight, double examples) {}

    /**
     * Makes a rule.
     *
     * @param minReplies admitted replies below which a round is skipped
     * @param trusts whether trust counts; a run without a defence never skips for low trust (SF-4.9)
     */
    public SkipRule(SkipSettings settings, int minReplies, boolean trusts) {
        this.settings = settings;
        this.minReplies = minReplies;
        this.trusts = trusts;
    }

    /** Returns the mean weight over the clients that count, 0 if none does, and the effective samples of all. */
    public MeanWeight mean(List<Standing> clients) {
        double[] weights = clients.stream()
                .filter(this::counts)
                .mapToDouble(Standing::weight)
                .toArray();
        double sum = 0.0;
        for (double weight : weights) {
            sum += weight;
        }
        double samples = 0.0;
        for (Standing client : clients) {
            samples += client.examples() * client.weight();
        }
        return new MeanWeight(weights.length == 0 ? 0.0 : sum / weights.length, weights.length, samples);
    }

    private boolean counts(Standing client) {
        return switch (settings.scope()) {
            case COUNTED -> client.replied() && client.admitted() && !client.quarantined();
            case SAMPLED -> client.replied();
        };
    }

    /** Returns the first reason to skip that applies, if there is one. */
    public Optional<SkipReason> decide(List<Standing> clients) {
        MeanWeight mean = mean(clients);
        if (mean.counted() == 0) {
            return Optional.of(SkipReason.NO_CLIENTS);
        }
        if (clients.stream().filter(Standing::admitted).count() < minReplies) {
            return Optional.of(SkipReason.TOO_FEW_REPLIES);
        }
        if (trusts && mean.value() < settings.threshold()) {
            return Optional.of(SkipReason.LOW_TRUST);
        }
        boolean empty = !(mean.effectiveSamples() > 0.0);
        return settings.scope() == SkipScope.COUNTED && empty
                ? Optional.of(SkipReason.NO_EFFECTIVE_SAMPLES)
                : Optional.empty();
    }
}
