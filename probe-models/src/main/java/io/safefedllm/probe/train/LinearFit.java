package io.safefedllm.probe.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import io.safefedllm.probe.engine.ComputeDevice;
import io.safefedllm.probe.engine.DjlDevice;

/**
 * Fits a linear classifier by AdamW on one device (SF-3.4 to SF-3.9).
 *
 * <p>The state is three columns of D + 1 binary32 elements: the parameters (weights and, last, the bias) and both moments.
 * Batches are uploaded as they are visited, so the device holds one batch and not the whole training part.
 *
 * <p>Loshchilov and Hutter, "Decoupled Weight Decay Regularization", ICLR 2019, arXiv:1711.05101.
 */
public final class LinearFit {
    private static final double BETA_1 = 0.9;
    private static final double BETA_2 = 0.999;
    private static final double EPSILON = 1e-8;
    private static final double CLIP_EPSILON = 1e-6;

    private final FitData data;
    private final ProbeTrainingPlan plan;
    private final NDManager manager;
    private final NDArray parameters;
    private final NDArray mean;
    private final NDArray variance;
    private final float omega;
    private int step;

    /**
     * Prepares a fit. The caller owns {@code manager} and closes it after {@link #run}.
     *
     * @param start D weights and the bias
     */
    LinearFit(NDManager manager, FitData data, float[] start, ProbeTrainingPlan plan) {
        this.manager = manager;
        this.data = data;
        this.plan = plan;
        this.omega = data.classWeight();
        Shape column = new Shape(start.length, 1);
        this.parameters = manager.create(start, column);
        this.mean = manager.zeros(column);
        this.variance = manager.zeros(column);
    }

    /**
     * Fits from a given start in given orders.
     *
     * @param start D weights and the bias
     * @throws io.safefedllm.probe.engine.DeviceUnavailableException if the device cannot be used
     */
    public static FitResult fit(
            ComputeDevice device,
            FitData data,
            float[] start,
            ProbeTrainingPlan plan,
            EpochOrder order,
            EpochListener listener) {
        try (NDManager manager = DjlDevice.resolve(device).newManager()) {
            return new LinearFit(manager, data, start, plan).run(order, listener);
        }
    }

    /** Runs all epochs until the plan or the validation loss ends them. To be called once. */
    FitResult run(EpochOrder order, EpochListener listener) {
        EarlyStop stop = new EarlyStop(plan, parameters.toFloatArray());
        int epoch = 0;
        boolean stopped = false;
        while (epoch < plan.epochs() && !stopped) {
            runEpoch(order.of(epoch));
            epoch++;
            float[] now = parameters.toFloatArray();
            double loss = validationLoss();
            listener.onEpoch(epoch, now.clone(), loss);
            stopped = stop.stopsAfter(loss, now);
        }
        return new FitResult(stop.kept(), epoch, stop.best());
    }

    private void runEpoch(int[] order) {
        int[] rows = new int[order.length];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = data.trainingRow(order[i]);
        }
        for (int from = 0; from < rows.length; from += plan.batchSize()) {
            try (NDScope scope = new NDScope()) {
                scope.suppressNotUsedWarning();
                step(gradient(rows, from, Math.min(plan.batchSize(), rows.length - from)));
            }
        }
    }

    /** Closed form of SF-3.5: the transposed batch times dl/dz, over weights and bias at once. */
    private NDArray gradient(int[] rows, int from, int count) {
        float[] negative = new float[count];
        float[] positive = new float[count];
        for (int i = 0; i < count; i++) {
            boolean harmful = data.harmful(rows[from + i]);
            negative[i] = harmful ? 0f : 1f / count;
            positive[i] = harmful ? omega / count : 0f;
        }
        NDArray batch = manager.create(data.block(rows, from, count), new Shape(count, data.dimension() + 1L));
        NDArray probability = Activation.sigmoid(batch.matMul(parameters));
        NDArray complement = probability.neg().add(1);
        NDArray slope = probability
                .mul(manager.create(negative, new Shape(count, 1)))
                .sub(complement.mul(manager.create(positive, new Shape(count, 1))));
        return batch.transpose().matMul(slope);
    }

    /** Clips by the joint norm (SF-3.6), then one AdamW step with decay on the bias too (SF-3.7). */
    private void step(NDArray gradient) {
        double norm = Math.sqrt(gradient.square().sum().toFloatArray()[0]);
        NDArray clipped = gradient.mul(Math.min(1.0, plan.gradClip() / (norm + CLIP_EPSILON)));
        step++;
        parameters.muli(1 - plan.learningRate() * plan.weightDecay());
        mean.muli(BETA_1).addi(clipped.mul(1 - BETA_1));
        variance.muli(BETA_2).addi(clipped.square().mul(1 - BETA_2));
        double rate = plan.learningRate() / (1 - Math.pow(BETA_1, step));
        NDArray root =
                variance.sqrt().div(Math.sqrt(1 - Math.pow(BETA_2, step))).add(EPSILON);
        parameters.subi(mean.mul(rate).div(root));
    }

    /** Loss of SF-3.5 over the whole validation part with the omega of the training part, summed in binary64. */
    private double validationLoss() {
        int[] rows = new int[data.validationSize()];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = data.validationRow(i);
        }
        double sum = 0;
        for (int from = 0; from < rows.length; from += plan.batchSize()) {
            int count = Math.min(plan.batchSize(), rows.length - from);
            float[] logits = logits(rows, from, count);
            for (int i = 0; i < count; i++) {
                sum += loss(logits[i], data.harmful(rows[from + i]));
            }
        }
        return sum / rows.length;
    }

    private float[] logits(int[] rows, int from, int count) {
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            NDArray batch = manager.create(data.block(rows, from, count), new Shape(count, data.dimension() + 1L));
            return batch.matMul(parameters).toFloatArray();
        }
    }

    private double loss(double z, boolean harmful) {
        double softplus = Math.log1p(Math.exp(-Math.abs(z))) + Math.max(-z, 0);
        return harmful ? omega * softplus : z + softplus;
    }
}
