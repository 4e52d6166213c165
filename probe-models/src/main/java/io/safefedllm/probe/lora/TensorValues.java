package io.safefedllm.probe.lora;

import io.safefedllm.probe.digest.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The values of a layout; what an adapter and an update have in common. Never changed after construction. */
final class TensorValues {
    /** Elements that are digested at a time. */
    private static final int DIGEST_BLOCK = 512;

    private final AdapterLayout layout;
    private final float[] values;
    private volatile @Nullable String digest;
    private volatile @Nullable Double norm;

    /** Takes {@code values} over without a copy. */
    TensorValues(AdapterLayout layout, float[] values) {
        this.layout = Objects.requireNonNull(layout, "layout");
        this.values = Objects.requireNonNull(values, "values");
        if (values.length != layout.size()) {
            throw new IllegalArgumentException(
                    "the layout has " + layout.size() + " elements but " + values.length + " values were given");
        }
    }

    AdapterLayout layout() {
        return layout;
    }

    float at(int index) {
        return values[index];
    }

    float[] toArray() {
        return values.clone();
    }

    float[] tensor(String name) {
        int from = layout.offset(name);
        return Arrays.copyOfRange(values, from, from + layout.tensor(name).size());
    }

    void copyTo(int from, float[] target, int to, int length) {
        System.arraycopy(values, from, target, to, length);
    }

    /** A square of binary32 never overflows binary64, so the norm is finite where all values are. */
    boolean isFinite() {
        return Double.isFinite(norm());
    }

    /** The values never change, so it is computed once. */
    double norm() {
        Double known = norm;
        if (known == null) {
            known = Math.sqrt(FloatBlocks.squares(values));
            norm = known;
        }
        return known;
    }

    TensorValues arrangedAs(AdapterLayout target) {
        if (layout.equals(target)) {
            return this;
        }
        if (!layout.hasSameTensors(target)) {
            throw new IllegalArgumentException("the layouts differ in a name or a shape: " + difference(target));
        }
        float[] arranged = new float[values.length];
        for (TensorSpec tensor : target.tensors()) {
            System.arraycopy(
                    values, layout.offset(tensor.name()), arranged, target.offset(tensor.name()), tensor.size());
        }
        return new TensorValues(target, arranged);
    }

    TensorValues plus(TensorValues other) {
        return combine(other, 1f);
    }

    TensorValues minus(TensorValues other) {
        return combine(other, -1f);
    }

    /** Element-wise in binary32; a product with 1 or -1 is exact, so the sum or difference is rounded once. */
    private TensorValues combine(TensorValues other, float sign) {
        TensorValues right = other.arrangedAs(layout);
        return new TensorValues(layout, FloatBlocks.combine(values, sign, right.values));
    }

    /**
     * SF-7.6: names in code-point order, each followed by 0x00 and its elements as big-endian binary32, -0 as +0. The values
     * never change, so it is computed once.
     */
    String sha256() {
        String known = digest;
        if (known == null) {
            known = sha256(tensor -> true);
            digest = known;
        }
        return known;
    }

    /** The same over the chosen tensors only. */
    String sha256(Predicate<TensorSpec> chosen) {
        MessageDigest digest = Sha256.start();
        List<TensorSpec> sorted = layout.tensors().stream()
                .filter(chosen)
                .sorted(Comparator.comparing(TensorSpec::name))
                .toList();
        ByteBuffer block = ByteBuffer.allocate(DIGEST_BLOCK * Float.BYTES);
        for (TensorSpec tensor : sorted) {
            digest.update(tensor.name().getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            int end = layout.offset(tensor.name()) + tensor.size();
            for (int from = layout.offset(tensor.name()); from < end; from += DIGEST_BLOCK) {
                digest.update(bigEndian(from, Math.min(DIGEST_BLOCK, end - from), block));
            }
        }
        return Sha256.hex(digest);
    }

    /** Fills the block with elements, -0 as +0. */
    private ByteBuffer bigEndian(int from, int count, ByteBuffer block) {
        block.clear();
        for (int i = from; i < from + count; i++) {
            block.putInt(Float.floatToIntBits(values[i] + 0.0f));
        }
        return block.flip();
    }

    boolean sameAs(TensorValues other) {
        return layout.equals(other.layout) && Arrays.equals(values, other.values);
    }

    int hash() {
        return 31 * layout.hashCode() + Arrays.hashCode(values);
    }

    private String difference(AdapterLayout target) {
        for (TensorSpec tensor : target.tensors()) {
            if (!layout.contains(tensor.name())) {
                return "'" + tensor.name() + "' is missing";
            }
            if (!layout.tensor(tensor.name()).equals(tensor)) {
                return "'" + tensor.name() + "' has shape "
                        + layout.tensor(tensor.name()).shape() + " instead of " + tensor.shape();
            }
        }
        return "there are " + layout.tensors().size() + " tensors instead of "
                + target.tensors().size();
    }
}
