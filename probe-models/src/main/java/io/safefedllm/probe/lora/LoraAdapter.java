package io.safefedllm.probe.lora;

/**
 * The absolute values of a LoRA adapter, binary32.
 *
 * <p>Not to be mixed up with {@link LoraUpdate}, the difference of two adapters. Values may be non-finite: the gate of
 * the strategy decides about that. Immutable and thread-safe; arrays are copied in and out unless a method says
 * otherwise. Two adapters are equal when their layouts (order included) and all values are, NaN being equal to NaN and
 * +0 differing from -0.
 */
public final class LoraAdapter {
    private final TensorValues values;

    private LoraAdapter(TensorValues values) {
        this.values = values;
    }

    /**
     * Makes an adapter from a copy of {@code values}, which follow the layout's order.
     *
     * @throws IllegalArgumentException if there are not exactly {@code layout.size()} values
     */
    public static LoraAdapter copyOf(AdapterLayout layout, float[] values) {
        return wrap(layout, values.clone());
    }

    /**
     * Makes an adapter that takes {@code values} over; the caller must not touch the array afterwards.
     *
     * @throws IllegalArgumentException if there are not exactly {@code layout.size()} values
     */
    public static LoraAdapter wrap(AdapterLayout layout, float[] values) {
        return new LoraAdapter(new TensorValues(layout, values));
    }

    /** Returns names, shapes and order of the tensors. */
    public AdapterLayout layout() {
        return values.layout();
    }

    /** Returns one element, counted over all tensors in the layout's order. */
    public float at(int index) {
        return values.at(index);
    }

    /** Returns a copy of all values in the layout's order. */
    public float[] toArray() {
        return values.toArray();
    }

    /**
     * Returns a copy of one tensor's values, row-major.
     *
     * @throws IllegalArgumentException if there is no tensor of that name
     */
    public float[] tensor(String name) {
        return values.tensor(name);
    }

    /** Copies {@code length} values, starting at element {@code from}, to position {@code to} of {@code target}. */
    public void copyTo(int from, float[] target, int to, int length) {
        values.copyTo(from, target, to, length);
    }

    /** Returns whether no value is NaN or infinite. */
    public boolean isFinite() {
        return values.isFinite();
    }

    /**
     * Returns this adapter in the order of {@code layout}; itself if the order is that already.
     *
     * @throws IllegalArgumentException if {@code layout} differs in a name or a shape
     */
    public LoraAdapter arrangedAs(AdapterLayout layout) {
        return layout.equals(layout()) ? this : new LoraAdapter(values.arrangedAs(layout));
    }

    /**
     * Adds an update element-wise in binary32. The result has this adapter's order.
     *
     * @throws IllegalArgumentException if the layouts differ in a name or a shape
     */
    public LoraAdapter plus(LoraUpdate update) {
        return new LoraAdapter(values.plus(update.values()));
    }

    /**
     * Returns the SHA-256 of the canonical bytes as 64 hexadecimal digits: names in code-point order, each followed by a
     * zero byte and its elements as big-endian binary32 with -0 written as +0 (the form of SF-7.6). It does not depend on
     * the order of the layout.
     */
    public String sha256() {
        return values.sha256();
    }

    /**
     * Returns the SHA-256 of the lora_A tensors alone, in the form of {@link #sha256}: it tells one seed of A from another.
     */
    public String loraASha256() {
        return values.sha256(TensorSpec::isLoraA);
    }

    TensorValues values() {
        return values;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LoraAdapter adapter && values.sameAs(adapter.values);
    }

    @Override
    public int hashCode() {
        return values.hash();
    }

    @Override
    public String toString() {
        return "LoraAdapter[" + layout() + "]";
    }
}
