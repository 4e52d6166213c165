package io.safefedllm.lab.report;

/**
 * What a defence costs beside local training, in percent of it.
 *
 * @param scorePercent reading, checking and scoring updates, and trust
 * @param shadowPercent second training runs
 */
public record DefenceCost(double scorePercent, double shadowPercent) {
    /** Nothing. */
    public static final DefenceCost ZERO = new DefenceCost(0, 0);

    /** Returns the cost of an arm; nothing for an arm without training. */
    public static DefenceCost of(ArmSeconds seconds) {
        return seconds.train() > 0
                ? new DefenceCost(100 * seconds.score() / seconds.train(), 100 * seconds.shadow() / seconds.train())
                : ZERO;
    }
}
