package io.safefedllm.probe.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.safefedllm.probe.feature.FeatureVector;
import io.safefedllm.probe.model.LinearProbe;
import io.safefedllm.probe.model.ProbeSet;
import io.safefedllm.probe.model.ProbeView;
import java.util.ArrayList;
import java.util.List;

/** One matrix product per view and block of features, in binary64 so that verdicts are those of the CPU. */
final class CudaLogitKernel implements LogitKernel {
    /** Elements uploaded at once; 64 M features in binary64 take 512 MiB of the device. */
    private static final int BLOCK_ELEMENTS = 1 << 26;

    private final String device;
    private final NDManager manager;
    private final List<NDArray> weights = new ArrayList<>();
    private final List<Float> biases = new ArrayList<>();

    CudaLogitKernel(ProbeSet set, DjlDevice device) {
        this.device = device.toString();
        this.manager = device.newManager();
        for (ProbeView view : set.views()) {
            LinearProbe probe = view.probe();
            try (NDArray narrow =
                    manager.create(probe.weights(), new Shape(probe.keys().dimension(), 1))) {
                weights.add(narrow.toType(DataType.FLOAT64, true));
            }
            biases.add(probe.bias());
        }
    }

    @Override
    public String device() {
        return device;
    }

    @Override
    public double[] logits(int view, List<FeatureVector> features) {
        double[] logits = new double[features.size()];
        int rows = Math.max(1, BLOCK_ELEMENTS / features.get(0).dimension());
        for (int from = 0; from < logits.length; from += rows) {
            List<FeatureVector> block = features.subList(from, Math.min(from + rows, logits.length));
            double[] products = products(weights.get(view), block);
            for (int i = 0; i < products.length; i++) {
                logits[from + i] = products[i] + biases.get(view);
            }
        }
        return logits;
    }

    @Override
    public void close() {
        manager.close();
    }

    private double[] products(NDArray weight, List<FeatureVector> features) {
        int dimension = features.get(0).dimension();
        float[] rows = new float[Math.multiplyExact(features.size(), dimension)];
        for (int i = 0; i < features.size(); i++) {
            features.get(i).copyTo(rows, i * dimension);
        }
        try (NDManager scope = manager.newSubManager();
                NDArray narrow = scope.create(rows, new Shape(features.size(), dimension))) {
            return narrow.toType(DataType.FLOAT64, false).matMul(weight).toDoubleArray();
        }
    }
}
