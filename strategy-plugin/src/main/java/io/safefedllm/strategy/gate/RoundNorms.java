package io.safefedllm.strategy.gate;

/**
 * How long updates were in one round, and how long they may be (SF-7.1 code 12, SF-7.7).
 *
 * @param settings clip and oversize factors
 * @param median the lower median of the norms
 * @param rho the reference length of the round
 */
public record RoundNorms(NormSettings settings, double median, double rho) {

    /** Returns whether a reply is refused with code 12: its norm is above the oversize factor times rho. */
    public boolean isOversized(double norm) {
        return settings.oversizeFactor().isPresent()
                && norm > settings.oversizeFactor().getAsDouble() * rho;
    }

    /**
     * Returns whether a reply is no longer than the oversize factor times the median of its own round: it is then refused, if at
     * all, only because rho may not grow as fast as the round did.
     */
    public boolean isExcused(double norm) {
        return norm <= settings.oversizeFactor().orElse(Double.POSITIVE_INFINITY) * median;
    }

    /**
     * Returns whether most of the round is oversized, and only because rho may not grow faster. The lower median is above a
     * bound exactly when more than half of the norms are, so that no minority can bring this about.
     */
    public boolean isOutgrown() {
        return rho < median && isOversized(median);
    }

    /** Returns c = min(1, kappa rho / norm), in [0, 1]; 1 where nothing is clipped and for a norm that is NaN. */
    public double scale(double norm) {
        double bound = settings.factor() * rho;
        return settings.clip() && norm > bound ? bound / norm : 1.0;
    }
}
