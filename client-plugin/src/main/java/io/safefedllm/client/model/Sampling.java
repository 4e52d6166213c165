package io.safefedllm.client.model;

/**
 * How the next token is chosen.
 *
 * @param temperature divides the scores; 0 always takes the most probable token, the smaller id on a tie
 * @param topK only so many of the most probable tokens may be chosen; 0 for all
 * @param topP only the most probable tokens that together have this probability may be chosen; 1 for all
 * @param seed of the choices; each prompt draws by itself, so its answer does not depend on the prompts beside it
 */
public record Sampling(double temperature, int topK, double topP, long seed) {
    /** Always the most probable token. */
    public static final Sampling GREEDY = new Sampling(0, 0, 1, 0);

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a number is out of its range
     */
    public Sampling {
        if (!(temperature >= 0 && temperature < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("temperature must be 0 or more but was " + temperature);
        }
        if (topK < 0) {
            throw new IllegalArgumentException("top-k must be 0 or more but was " + topK);
        }
        if (!(topP > 0 && topP <= 1)) {
            throw new IllegalArgumentException("top-p must be in (0, 1] but was " + topP);
        }
    }

    boolean isGreedy() {
        return temperature == 0;
    }
}
