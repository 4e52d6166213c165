package io.safefedllm.client.train;

import io.safefedllm.probe.lora.LoraUpdate;

/** What a client does in its local steps beside following its own gradient. */
public sealed interface LocalAlgorithm {
    /** Nothing: FedAvg's clients (BL-1). */
    LocalAlgorithm PLAIN = new Plain();

    /** See {@link #PLAIN}. */
    record Plain() implements LocalAlgorithm {}

    /**
     * FedProx (BL-2): the gradient gains mu (theta - G), where G is the adapter that the run starts from. It is added before
     * clipping; reported losses are those of the data alone.
     *
     * @param mu weight of the term, not negative and finite
     */
    record FedProx(double mu) implements LocalAlgorithm {
        /** Checks the range given above. */
        public FedProx {
            if (!(mu >= 0 && mu < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("mu of FedProx must be finite and not negative but was " + mu);
            }
        }
    }

    /**
     * SCAFFOLD (BL-7): after every optimiser step the adapter moves by -lr (c - c_i), where lr is the rate of that step.
     *
     * @param drift c - c_i, with the names and shapes of the adapter, in any order
     */
    record Scaffold(LoraUpdate drift) implements LocalAlgorithm {}
}
