package io.safefedllm.strategy.optimize;

import io.safefedllm.strategy.aggregate.Aggregate;
import io.safefedllm.strategy.aggregate.CarriedState;
import io.safefedllm.strategy.aggregate.GlobalValues;
import java.util.Arrays;

/**
 * Steps along the momentum, coordinate by coordinate divided by the root of a second moment: G' = G + eta M / (sqrt(V) +
 * tau), with V = tau^2 before the first applied round and no bias correction.
 *
 * <p>The second moment is made from the square of M, as in the authors' code; the paper squares D. O(d) time and memory.
 *
 * <p>BL-4, BL-5, BL-6; Reddi, Charles, Zaheer, Garrett, Rush, Konecny, Kumar and McMahan, "Adaptive Federated
 * Optimization", ICLR 2021, Algorithm 2, arXiv:2003.00295.
 */
final class AdaptiveStep implements ServerOptimizer {

    /** How the second moment V follows the square q of the momentum. */
    enum Variant {
        /** V + q; the momentum is D itself. */
        FEDADAGRAD("fedadagrad") {
            @Override
            double next(double moment, double square, double beta) {
                return moment + square;
            }
        },
        /** beta V + (1 - beta) q. */
        FEDADAM("fedadam") {
            @Override
            double next(double moment, double square, double beta) {
                return beta * moment + (1.0 - beta) * square;
            }
        },
        /** V - (1 - beta) q sign(V - q), where the sign of 0 is 0. */
        FEDYOGI("fedyogi") {
            @Override
            double next(double moment, double square, double beta) {
                return moment - (1.0 - beta) * square * Math.signum(moment - square);
            }
        };

        private final String key;

        Variant(String key) {
            this.key = key;
        }

        abstract double next(double moment, double square, double beta);
    }

    private final Variant variant;
    private final OptimizerSettings settings;

    AdaptiveStep(Variant variant, OptimizerSettings settings) {
        this.variant = variant;
        this.settings = settings;
    }

    @Override
    public String name() {
        return variant.key;
    }

    @Override
    public boolean plainMeanWithoutWeights() {
        return true;
    }

    @Override
    public ServerStep step(GlobalValues global, Aggregate aggregate, CarriedState state) {
        double[] difference = Moments.difference(global, aggregate);
        int width = difference.length;
        CarriedState after = state;
        double[] momentum = difference;
        if (variant != Variant.FEDADAGRAD) {
            String name = variant.key + ".m";
            momentum = Moments.momentum(Moments.carried(state, name, width), difference, settings.beta1());
            after = after.with(name, momentum);
        }
        double[] second = Moments.carried(state, variant.key + ".v", width).orElseGet(() -> start(width));
        double[] steps = new double[width];
        for (int i = 0; i < width; i++) {
            second[i] = variant.next(second[i], momentum[i] * momentum[i], settings.beta2());
            steps[i] = settings.learningRate() * momentum[i] / (Math.sqrt(second[i]) + settings.tau());
        }
        Moments.addGlobal(global, steps);
        return new ServerStep(steps, after.with(variant.key + ".v", second));
    }

    private double[] start(int width) {
        double[] second = new double[width];
        Arrays.fill(second, settings.tau() * settings.tau());
        return second;
    }
}
