package io.safefedllm.lab.scenario;

import io.safefedllm.lab.attack.Attacks;

/**
 * One cell of the matrix: one attack against one arm.
 *
 * @param attack as results spell it, or {@link Attacks#NONE}
 * @param share part of the clients that is hostile; 0 without an attack
 * @param seed of the federation
 * @param arm name of the arm
 */
public record ScenarioCell(String attack, double share, long seed, String arm) {
    /** Returns a name for files: distinct for distinct cells. */
    public String fileName() {
        String share = "%03d".formatted(Math.round(this.share * 1000));
        return (attack + "_" + share + "_" + seed + "_" + arm).replaceAll("[^A-Za-z0-9._=-]", "-");
    }

    /** Returns the cell in words, for progress and messages. */
    public String title() {
        return attack.equals(Attacks.NONE)
                ? "no attack, seed " + seed + ", " + arm
                : attack + ", " + Math.round(100 * share) + " % hostile, seed " + seed + ", " + arm;
    }
}
