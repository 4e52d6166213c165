package io.safefedllm.client.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.safefedllm.client.checkpoint.ModelConfig;
import io.safefedllm.client.data.Batch;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What one forward pass needs besides weights: ids, rotation tables, mask. All arrays belong to the pass's manager and
 * must stay open until after backward, because the engine keeps pointers to their memory.
 */
final class DecoderPass {
    /** Hides a key; finite, so that a row in which every key is hidden stays finite. */
    private static final float HIDDEN = -Float.MAX_VALUE;

    private final int rows;
    private final int length;
    private final NDArray ids;
    private final NDArray cosines;
    private final NDArray signedSines;
    private final @Nullable NDArray mask;
    private final boolean maskPerRow;
    private final float dropout;
    private final @Nullable KeyValueCache cache;

    private DecoderPass(Builder builder) {
        Positions positions = builder.positions;
        this.rows = positions.rows();
        this.length = positions.length();
        this.ids = builder.manager.create(builder.ids, new Shape((long) rows * length));
        this.cosines = table(builder, builder.tables.cosines(positions.angles(), builder.scale));
        this.signedSines = table(builder, builder.tables.signedSines(positions.angles(), builder.scale));
        this.mask = builder.mask;
        this.maskPerRow = builder.maskPerRow;
        this.dropout = builder.dropout;
        this.cache = builder.cache;
    }

    private static NDArray table(Builder builder, float[] values) {
        Positions positions = builder.positions;
        long width = builder.headDim;
        Shape shape = positions.perRow()
                ? new Shape(positions.rows(), 1, positions.length(), width)
                : new Shape(positions.length(), width);
        return builder.manager.create(values, shape);
    }

    /** A pass over whole rows; dropout above 0 only when training. */
    static DecoderPass over(ModelConfig config, NDManager manager, Batch batch, float dropout) {
        Builder builder = new Builder(config, manager, Positions.of(batch));
        builder.ids = ids(batch);
        builder.dropout = dropout;
        builder.maskWhole(batch);
        return new DecoderPass(builder);
    }

    /** The first pass of a generation: whole prompts, padded on the left, filling a cache. */
    static DecoderPass prompts(ModelConfig config, NDManager manager, Batch batch, KeyValueCache cache) {
        Builder builder = new Builder(config, manager, Positions.of(batch));
        builder.ids = ids(batch);
        builder.cache = cache;
        builder.maskWhole(batch);
        return new DecoderPass(builder);
    }

    /**
     * A later pass of a generation: one further token per row.
     *
     * @param step number of tokens generated before the given ones
     */
    static DecoderPass next(
            ModelConfig config, NDManager manager, Batch batch, int step, long[] ids, KeyValueCache cache) {
        Builder builder = new Builder(config, manager, Positions.after(batch, step));
        builder.ids = ids;
        builder.cache = cache;
        builder.maskPrompts(batch, step + 1);
        return new DecoderPass(builder);
    }

    private static long[] ids(Batch batch) {
        long[] ids = new long[batch.rows() * batch.length()];
        for (int row = 0; row < batch.rows(); row++) {
            for (int t = 0; t < batch.length(); t++) {
                ids[row * batch.length() + t] = batch.id(row, t);
            }
        }
        return ids;
    }

    int rows() {
        return rows;
    }

    int length() {
        return length;
    }

    /** [B T] */
    NDArray ids() {
        return ids;
    }

    /** [T, d], or [B, 1, T, d] when rows differ in their positions. */
    NDArray cosines() {
        return cosines;
    }

    /** As {@link #cosines}, with the sign of the rotation. */
    NDArray signedSines() {
        return signedSines;
    }

    float dropout() {
        return dropout;
    }

    @Nullable KeyValueCache cache() {
        return cache;
    }

    /** Adds the mask to scores [B, ..., T, S] with {@code between} axes between B and T. */
    NDArray masked(NDArray scores, int between) {
        if (mask == null) {
            return scores;
        }
        return scores.add(maskPerRow && between == 2 ? mask.expandDims(1) : mask);
    }

    private static final class Builder {
        private final NDManager manager;
        private final Positions positions;
        private final RotaryTables tables;
        private final int headDim;
        private final float scale;
        private long[] ids = {};
        private float dropout;
        private @Nullable KeyValueCache cache;
        private @Nullable NDArray mask;
        private boolean maskPerRow;

        Builder(ModelConfig config, NDManager manager, Positions positions) {
            this.manager = manager;
            this.positions = positions;
            this.headDim = config.dimensions().headDim();
            this.tables = new RotaryTables(config.rotary(), headDim);
            this.scale = (float) Math.pow(headDim, -0.25);
        }

        /** Causal mask [T, T], or [B, 1, T, T] when padding does not merely follow the tokens. */
        void maskWhole(Batch batch) {
            int length = batch.length();
            maskPerRow = !batch.isRightPadded();
            int matrices = maskPerRow ? batch.rows() : 1;
            float[] values = new float[matrices * length * length];
            for (int m = 0; m < matrices; m++) {
                for (int query = 0; query < length; query++) {
                    for (int key = 0; key < length; key++) {
                        boolean seen = key <= query && (!maskPerRow || batch.isToken(m, key));
                        values[(m * length + query) * length + key] = seen ? 0f : HIDDEN;
                    }
                }
            }
            mask = manager.create(
                    values, maskPerRow ? new Shape(matrices, 1, length, length) : new Shape(length, length));
        }

        /** Mask [B, 1, 1, S] that hides the padding of the prompts; none when no prompt is padded. */
        void maskPrompts(Batch batch, int added) {
            int keys = batch.length() + added;
            float[] values = new float[batch.rows() * keys];
            boolean padded = false;
            for (int row = 0; row < batch.rows(); row++) {
                for (int key = 0; key < batch.length(); key++) {
                    boolean token = batch.isToken(row, key);
                    padded |= !token;
                    values[row * keys + key] = token ? 0f : HIDDEN;
                }
            }
            maskPerRow = true;
            mask = padded ? manager.create(values, new Shape(batch.rows(), 1, 1, keys)) : null;
        }
    }

    /** Position numbers of a pass: one list for all rows, or one per row. */
    private static final class Positions {
        private final int rows;
        private final int length;
        private final boolean perRow;
        private final int[] angles;

        private Positions(int rows, int length, boolean perRow, int[] angles) {
            this.rows = rows;
            this.length = length;
            this.perRow = perRow;
            this.angles = angles;
        }

        /** 0..T-1 for right padding; else the number of tokens before, so that a row starts at 0 after its padding. */
        static Positions of(Batch batch) {
            if (batch.isRightPadded()) {
                int[] angles = new int[batch.length()];
                Arrays.setAll(angles, t -> t);
                return new Positions(batch.rows(), batch.length(), false, angles);
            }
            int[] angles = new int[batch.rows() * batch.length()];
            for (int row = 0; row < batch.rows(); row++) {
                int tokens = 0;
                for (int t = 0; t < batch.length(); t++) {
                    tokens += batch.isToken(row, t) ? 1 : 0;
                    angles[row * batch.length() + t] = Math.max(0, tokens - 1);
                }
            }
            return new Positions(batch.rows(), batch.length(), true, angles);
        }

        static Positions after(Batch batch, int step) {
            int[] angles = new int[batch.rows()];
            for (int row = 0; row < batch.rows(); row++) {
                int tokens = 0;
                for (int t = 0; t < batch.length(); t++) {
                    tokens += batch.isToken(row, t) ? 1 : 0;
                }
                angles[row] = tokens + step;
            }
            return new Positions(batch.rows(), 1, true, angles);
        }

        int rows() {
            return rows;
        }

        int length() {
            return length;
        }

        boolean perRow() {
            return perRow;
        }

        int[] angles() {
            return angles;
        }
    }
}
