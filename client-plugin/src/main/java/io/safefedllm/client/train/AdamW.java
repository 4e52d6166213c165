package io.safefedllm.client.train;

/**
 * AdamW on a flat parameter vector, with PyTorch's order of operations (LORA-TRAINER 4): decay, moments, bias-corrected
 * step. State is float32; scalars are double until they meet an element. O(n) time per step, 2 n floats of state.
 *
 * <p>Loshchilov and Hutter, "Decoupled Weight Decay Regularization", ICLR 2019, arXiv:1711.05101. Confined to one thread.
 */
final class AdamW {
    private final AdamWSettings settings;
    private final float[] first;
    private final float[] second;
    private int step;

    AdamW(AdamWSettings settings, int size) {
        this.settings = settings;
        this.first = new float[size];
        this.second = new float[size];
    }

    /** Changes {@code parameters} in place by one step along {@code gradient}, which is left as it is. */
    void step(float[] parameters, float[] gradient, double learningRate) {
        if (parameters.length != first.length || gradient.length != first.length) {
            throw new IllegalArgumentException("expected " + first.length + " parameters and gradients but got "
                    + parameters.length + " and " + gradient.length);
        }
        step++;
        float keep = (float) (1 - learningRate * settings.weightDecay());
        float blend1 = (float) (1 - settings.beta1());
        float beta2 = (float) settings.beta2();
        float blend2 = (float) (1 - settings.beta2());
        float rate = (float) (learningRate / (1 - Math.pow(settings.beta1(), step)));
        float root2 = (float) Math.sqrt(1 - Math.pow(settings.beta2(), step));
        float epsilon = (float) settings.epsilon();
        for (int i = 0; i < parameters.length; i++) {
            float g = gradient[i];
            first[i] += blend1 * (g - first[i]);
            second[i] = beta2 * second[i] + blend2 * g * g;
            float spread = (float) Math.sqrt(second[i]) / root2 + epsilon;
            parameters[i] = parameters[i] * keep - rate * (first[i] / spread);
        }
    }

    float[] firstMoments() {
        return first.clone();
    }

    float[] secondMoments() {
        return second.clone();
    }
}
