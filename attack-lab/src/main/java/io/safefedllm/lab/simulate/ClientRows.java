package io.safefedllm.lab.simulate;

import io.safefedllm.client.data.Example;
import io.safefedllm.lab.attack.RowAnswers;
import io.safefedllm.lab.attack.RowPoisoning;
import java.util.List;

/**
 * What one client holds.
 *
 * @param own benign rows
 * @param harmful rows that an attacker puts in their place
 * @param seed decides which ones
 */
record ClientRows(List<Example> own, List<Example> harmful, long seed) {
    ClientRows {
        own = List.copyOf(own);
        harmful = List.copyOf(harmful);
    }

    List<Example> poisoned(RowPoisoning poisoning) {
        return poisoning.apply(own, harmful, seed, RowAnswers.TEXT);
    }
}
