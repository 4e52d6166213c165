package io.safefedllm.client.gguf;

import io.safefedllm.client.checkpoint.CheckpointException;
import io.safefedllm.client.checkpoint.Dimensions;
import io.safefedllm.client.checkpoint.ModelConfig;
import io.safefedllm.client.checkpoint.ModelFamily;
import io.safefedllm.client.checkpoint.Projection;
import io.safefedllm.client.checkpoint.WeightSource;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntUnaryOperator;

/**
 * The weights of a GGUF file under their Hugging Face names, dequantised, with rows in Hugging Face order.
 *
 * <p>Files of Llama models have the rows of q and k interleaved in each head: row 2 i + s of a head is row s d / 2 + i of the Hugging
 * Face matrix. Those of Qwen2 have not.
 */
final class GgufWeights implements WeightSource {
    /** Values that are decoded at a time. */
    private static final int PIECE = 1 << 18;

    private final GgufFile file;
    private final ModelConfig config;
    private final Map<String, GgufTensor> tensors = new LinkedHashMap<>();

    /**
     * Takes over an open file.
     *
     * @throws CheckpointException if it has a tensor that has no Hugging Face name, or two with the same
     */
    GgufWeights(GgufFile file, ModelConfig config) {
        this.file = file;
        this.config = config;
        for (GgufTensor tensor : file.tensors().values()) {
            if (!tensor.name().equals(GgufNames.ROTARY_FACTORS)) {
                String name = GgufNames.huggingFace(tensor.name())
                        .orElseThrow(() -> new CheckpointException(file.path() + ": tensor '" + tensor.name()
                                + "' is not part of a " + config.family().modelType() + " model"));
                if (tensors.put(name, tensor) != null) {
                    throw new CheckpointException(file.path() + ": has the tensor '" + name
                            + "' twice, the second time as '" + tensor.name() + "'");
                }
            }
        }
    }

    @Override
    public Set<String> names() {
        return Set.copyOf(tensors.keySet());
    }

    @Override
    public List<Integer> shape(String name) {
        return tensor(name).shape();
    }

    @Override
    public void read(String name, long from, long count, FloatBuffer into) {
        GgufTensor tensor = tensor(name);
        long size = (long) tensor.rows() * tensor.width();
        if (from < 0 || count < 0 || from > size - count) {
            throw new IndexOutOfBoundsException(
                    "tensor '" + name + "' has " + size + " values; asked for " + count + " from " + from);
        }
        if (tensor.shape().size() == 1) {
            readVector(name, tensor, from, count, into);
        } else {
            readMatrix(tensor, rows(name), from, count, into);
        }
    }

    /** Vectors are small: they are decoded as a whole. */
    private void readVector(String name, GgufTensor tensor, long from, long count, FloatBuffer into) {
        float[] values = new float[tensor.width()];
        file.readRows(tensor, 0, 1, values);
        IntUnaryOperator rows = rows(name);
        for (int i = (int) from; i < from + count; i++) {
            into.put(values[rows.applyAsInt(i)]);
        }
    }

    private void readMatrix(GgufTensor tensor, IntUnaryOperator rows, long from, long count, FloatBuffer into) {
        int width = tensor.width();
        int most = Math.max(1, PIECE / width);
        float[] values = new float[Math.multiplyExact(most, width)];
        for (long at = from; at < from + count; ) {
            int row = (int) (at / width);
            int wanted = (int) Math.min(most, (from + count - 1) / width - row + 1);
            int run = run(rows, row, wanted);
            file.readRows(tensor, rows.applyAsInt(row), run, values);
            int skipped = (int) (at - (long) row * width);
            int taken = (int) Math.min((long) run * width - skipped, from + count - at);
            into.put(values, skipped, taken);
            at += taken;
        }
    }

    /** How many of the wanted rows from {@code row} on lie one after the other in the file. */
    private static int run(IntUnaryOperator rows, int row, int wanted) {
        int first = rows.applyAsInt(row);
        int run = 1;
        while (run < wanted && rows.applyAsInt(row + run) == first + run) {
            run++;
        }
        return run;
    }

    /** Row of the Hugging Face tensor to row of the file. */
    private IntUnaryOperator rows(String name) {
        boolean interleaved =
                config.family() == ModelFamily.LLAMA && (isOf(name, Projection.QUERY) || isOf(name, Projection.KEY));
        if (!interleaved) {
            return IntUnaryOperator.identity();
        }
        Dimensions sizes = config.dimensions();
        int width = sizes.headDim();
        int half = width / 2;
        return row -> row / width * width + row % half * 2 + row % width / half;
    }

    private static boolean isOf(String name, Projection projection) {
        return name.contains("." + projection.leafName() + ".");
    }

    private GgufTensor tensor(String name) {
        GgufTensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new CheckpointException(file.path() + ": there is no tensor for '" + name + "'");
        }
        return tensor;
    }

    @Override
    public void close() {
        file.close();
    }
}
