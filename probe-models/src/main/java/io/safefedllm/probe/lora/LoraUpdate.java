package io.safefedllm.probe.lora;

/**
 * What a client changed: its adapter minus the one it started from, binary32 (SF-1.5).
 *
 * <p>Immutable and thread-safe; arrays are copied in and out unless a method says otherwise. Two updates are equal when
 * their layouts (order included) and all values are, NaN being equal to NaN and +0 differing from -0; {@link #sha256}
 * is the comparison of SF-7.6.
 */
public final class LoraUpdate {
    private final TensorValues values;

    private LoraUpdate(TensorValues values) {
        this.values = values;
    }

    /**
     * Makes an update from a copy of {@code values}, which follow the layout's order.
     *
     * @throws IllegalArgumentException if there are not exactly {@code layout.size()} values
     */
    public static LoraUpdate copyOf(AdapterLayout layout, float[] values) {
        return wrap(layout, values.clone());
    }

    /**
     * Makes an update that takes {@code values} over; the caller must not touch the array afterwards.
     *
     * @throws IllegalArgumentException if there are not exactly {@code layout.size()} values
     */
    public static LoraUpdate wrap(AdapterLayout layout, float[] values) {
        return new LoraUpdate(new TensorValues(layout, values));
    }

    /**
     * Returns {@code current} minus {@code base}, element-wise in binary32 (SF-1.5, hardened). The result has the order
     * of {@code base}.
     *
     * @throws IllegalArgumentException if the layouts differ in a name or a shape
     */
    public static LoraUpdate between(LoraAdapter base, LoraAdapter current) {
        return new LoraUpdate(current.arrangedAs(base.layout()).values().minus(base.values()));
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

    /**
     * Returns the Euclidean norm over all tensors, A and B together, summed in binary64 in the layout's order. NaN if a
     * value is NaN, otherwise infinite if a value is.
     */
    public double norm() {
        return values.norm();
    }

    /** Returns whether no value is NaN or infinite. */
    public boolean isFinite() {
        return values.isFinite();
    }

    /**
     * Returns this update in the order of {@code layout}; itself if the order is that already.
     *
     * @throws IllegalArgumentException if {@code layout} differs in a name or a shape
     */
    public LoraUpdate arrangedAs(AdapterLayout layout) {
        return layout.equals(layout()) ? this : new LoraUpdate(values.arrangedAs(layout));
    }

    /**
     * Returns only the tensors of {@code part}, in its order.
     *
     * @throws IllegalArgumentException if this update lacks one of them or has it in another shape
     */
    public LoraUpdate restrictedTo(AdapterLayout part) {
        float[] picked = new float[part.size()];
        for (TensorSpec tensor : part.tensors()) {
            if (!layout().tensor(tensor.name()).equals(tensor)) {
                throw new IllegalArgumentException("tensor '" + tensor.name() + "' has shape "
                        + layout().tensor(tensor.name()).shape() + " instead of " + tensor.shape());
            }
            copyTo(layout().offset(tensor.name()), picked, part.offset(tensor.name()), tensor.size());
        }
        return wrap(part, picked);
    }

    /**
     * Returns the SHA-256 of the canonical bytes of SF-7.6 as 64 hexadecimal digits: names in code-point order, each
     * followed by a zero byte and its elements as big-endian binary32 with -0 written as +0. It does not depend on the
     * order of the layout.
     */
    public String sha256() {
        return values.sha256();
    }

    TensorValues values() {
        return values;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LoraUpdate update && values.sameAs(update.values);
    }

    @Override
    public int hashCode() {
        return values.hash();
    }

    @Override
    public String toString() {
        return "LoraUpdate[" + layout() + "]";
    }
}
