package io.safefedllm.strategy.gate;

/**
 * What is checked of all replies of a round together (SF-7.1 codes 12 and 13, SF-7.6, SF-7.7).
 *
 * @param norms clip and oversize (SF-7.7, code 12)
 * @param replayWindow participations of a client that are remembered; 0 is off (code 13)
 * @param duplicates what becomes of equal updates (SF-7.6)
 */
public record RoundGateSettings(NormSettings norms, int replayWindow, DuplicatePolicy duplicates) {
    /** The specification's value in hardened mode. */
    public static final int DEFAULT_REPLAY_WINDOW = 50;

    /** The specification's values in hardened mode. */
    public static final RoundGateSettings DEFAULTS =
            new RoundGateSettings(NormSettings.DEFAULTS, DEFAULT_REPLAY_WINDOW, DuplicatePolicy.SHARE);

    /** Nothing is checked: paper-faithful mode. */
    public static final RoundGateSettings OFF = new RoundGateSettings(NormSettings.OFF, 0, DuplicatePolicy.OFF);

    /**
     * Checks the range.
     *
     * @throws IllegalArgumentException if the window is negative
     */
    public RoundGateSettings {
        if (replayWindow < 0) {
            throw new IllegalArgumentException("replay window must be at least 0 but was " + replayWindow);
        }
    }
}
