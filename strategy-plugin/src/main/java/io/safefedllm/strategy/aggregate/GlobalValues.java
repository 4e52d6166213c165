package io.safefedllm.strategy.aggregate;

import io.safefedllm.probe.lora.LoraAdapter;
import java.util.Arrays;

/** The values of the adapter that the clients started from (G of BL-0.1), read block by block in the order of the rows. */
@FunctionalInterface
public interface GlobalValues {

    /** Copies the elements {@code from .. from + length - 1} to the start of {@code block}. */
    void read(int from, double[] block, int length);

    /** Reads an adapter. */
    static GlobalValues of(LoraAdapter adapter) {
        return (from, block, length) -> {
            for (int i = 0; i < length; i++) {
                block[i] = adapter.at(from + i);
            }
        };
    }

    /** Reads zeros: for rules that do not look at G, and for rows that are updates already. */
    static GlobalValues zero() {
        return (from, block, length) -> Arrays.fill(block, 0, length, 0.0);
    }
}
