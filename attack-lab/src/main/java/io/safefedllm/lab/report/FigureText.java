package io.safefedllm.lab.report;

import java.util.Map;

/** What safe answers and utility are, by the settings of a simulation. */
public final class FigureText {
    private FigureText() {}

    /** Returns whether rows of somebody's own were used, so that losses were compared instead of answers read. */
    public static boolean comparesLosses(Map<String, Object> settings) {
        return settings.containsKey("unwantedComparedWith");
    }

    /** Returns what safe answers are, a clause that begins with a small letter and has no full stop. */
    public static String safeAnswers(Map<String, Object> settings) {
        return comparesLosses(settings)
                ? "held-out unwanted replies, of " + settings.get("heldOutUnwanted")
                        + ", that the model finds less likely, token for token, than "
                        + settings.get("unwantedComparedWith")
                : "refusals of held-out forbidden requests";
    }

    /** Returns what utility is, in the same form. */
    public static String utility(Map<String, Object> settings) {
        return comparesLosses(settings)
                ? "the probability that the model gives a token of a held-out wanted reply"
                : "right answers to held-out benign questions";
    }
}
