package io.safefedllm.strategy.round;

import io.safefedllm.strategy.journal.ClientReport;
import io.safefedllm.strategy.journal.SkipReason;
import io.safefedllm.strategy.settings.RoundSettings;
import java.util.List;
import java.util.Optional;

/** Decides whether a round leaves the adapter as it was (SF-6.1, SF-7.8). A skip is a normal result. */
final class SkipRule {
    private SkipRule() {}

    /** Returns the mean weight of the clients that replied and broke no rule, not weighted by samples; 0 if there is none. */
    static double meanWeight(List<ClientReport> reports) {
        double sum = 0.0;
        int counted = 0;
        for (ClientReport report : reports) {
            if (report.counts()) {
                sum += report.weight();
                counted++;
            }
        }
        return counted == 0 ? 0.0 : sum / counted;
    }

    /**
     * Returns the reason to skip that is known before anything is combined.
     *
     * @param screening whether trust counts; a run without a defence never skips for low trust (SF-4.9)
     */
    static Optional<SkipReason> before(List<ClientReport> reports, RoundSettings course, boolean screening) {
        long counted = reports.stream().filter(ClientReport::counts).count();
        if (counted == 0) {
            return Optional.of(SkipReason.NO_CLIENTS);
        }
        if (counted < course.minReplies()) {
            return Optional.of(SkipReason.TOO_FEW_REPLIES);
        }
        if (screening && meanWeight(reports) < course.skipThreshold()) {
            return Optional.of(SkipReason.LOW_TRUST);
        }
        double samples =
                reports.stream().mapToDouble(ClientReport::effectiveSamples).sum();
        return samples > 0.0 ? Optional.empty() : Optional.of(SkipReason.NO_EFFECTIVE_SAMPLES);
    }
}
