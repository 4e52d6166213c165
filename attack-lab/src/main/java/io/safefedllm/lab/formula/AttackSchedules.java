package io.safefedllm.lab.formula;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * When attackers attack, and how much of their data they poison (AT-1, AT-2, AT-5, AT-12, AT-13). Rounds are k = 0, 1, ...
 * Stateless and thread-safe.
 */
public final class AttackSchedules {
    private static final int LONG_RUN = 60;
    private static final int USUAL_WAKE = 20;
    private static final int EVIDENCE = 3;
    private static final int AUDIT_INTERVAL = 5;

    private AttackSchedules() {}

    /**
     * Returns how many of {@code rows} rows are poisoned: ratio times rows, halves up (AT-1).
     *
     * @throws IllegalArgumentException if the ratio is not in [0, 1]
     */
    public static int poisonedRows(BigDecimal ratio, int rows) {
        if (ratio.signum() < 0 || ratio.compareTo(BigDecimal.ONE) > 0) {
            throw new IllegalArgumentException("ratio must be in [0, 1] but was " + ratio.toPlainString());
        }
        return ratio.multiply(BigDecimal.valueOf(rows))
                .setScale(0, RoundingMode.HALF_UP)
                .intValueExact();
    }

    /** Returns the flipped class {@code C - 1 - y} (AT-1). */
    public static int flippedLabel(int label, int classes) {
        if (label < 0 || label >= classes) {
            throw new IllegalArgumentException("a label must be in [0, " + classes + ") but was " + label);
        }
        return classes - 1 - label;
    }

    /** Returns whether a dripping attacker attacks: {@code (k + offset) mod period < on} (AT-2). */
    public static boolean drips(int round, int period, int on, int offset) {
        if (period < 1 || on < 0 || offset < 0) {
            throw new IllegalArgumentException("period must be at least 1, on and offset at least 0 but were " + period
                    + ", " + on + " and " + offset);
        }
        return Math.floorMod((long) round + offset, (long) period) < on;
    }

    /** Returns whether a sleeper attacks: from round {@code wake} on (AT-12). */
    public static boolean awake(int round, int wake) {
        return round >= wake;
    }

    /** Returns the round in which a sleeper of a run of {@code rounds} rounds wakes: 20, in shorter ones a third (AT-12). */
    public static int usualWake(int rounds) {
        return rounds < LONG_RUN ? rounds / 3 : USUAL_WAKE;
    }

    /**
     * Returns whether an attacker that counts the audits of the evidence level attacks in its participation j = 0, 1, ...: not in the three
     * that are judged, and not when an audit is due (AT-13).
     */
    public static boolean unaudited(int participation) {
        return participation >= EVIDENCE && (participation - (EVIDENCE - 1)) % AUDIT_INTERVAL != 0;
    }

    /**
     * Returns the z of ALIE for n clients of which f attack: {@code Phi^-1((n - f - s) / (n - f))} with {@code s = floor(n / 2) + 1 - f}
     * (AT-5).
     *
     * @throws IllegalArgumentException if the argument of Phi^-1 is not in (0, 1), that is if attackers are so many that any z goes
     */
    public static double alieZ(int clients, int attackers) {
        int supporters = clients / 2 + 1 - attackers;
        int honest = clients - attackers;
        if (supporters <= 0 || honest - supporters <= 0) {
            throw new IllegalArgumentException(
                    "z is not defined for " + attackers + " attackers among " + clients + " clients; give z");
        }
        return NormalQuantile.of((double) (honest - supporters) / honest);
    }
}
