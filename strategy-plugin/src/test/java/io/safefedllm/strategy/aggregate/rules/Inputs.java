package io.safefedllm.strategy.aggregate.rules;

import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.TensorSpec;
import io.safefedllm.strategy.aggregate.Aggregate;
import io.safefedllm.strategy.aggregate.Draws;
import io.safefedllm.strategy.aggregate.GlobalValues;
import io.safefedllm.strategy.aggregate.RuleInput;
import io.safefedllm.strategy.aggregate.UpdateStore;
import java.util.Arrays;
import java.util.List;

/** Inputs of rules for tests: one tensor of two dimensions, seeded draws, and a G that is not 0 unless said so. */
final class Inputs {
    private Inputs() {}

    static RuleInput of(UpdateStore store, double[] weights) {
        return of(store, weights, Inputs::global);
    }

    static RuleInput of(UpdateStore store, double[] weights, GlobalValues global) {
        return RuleInput.of(store, weights, layout(store.width()), global, Draws.seeded(7));
    }

    /** Rows of weight 1 that started from 0. */
    static RuleInput updates(double[]... rows) {
        return of(MemoryStore.of(rows), ones(rows.length), GlobalValues.zero());
    }

    static AdapterLayout layout(int width) {
        return AdapterLayout.of(List.of(new TensorSpec("t", List.of(1, width))));
    }

    /** Eighths, so that sums with small numbers are exact. */
    static void global(int from, double[] block, int length) {
        for (int i = 0; i < length; i++) {
            block[i] = ((from + i) % 5) / 8.0;
        }
    }

    static double[] ones(int count) {
        double[] ones = new double[count];
        Arrays.fill(ones, 1.0);
        return ones;
    }

    static double[] values(Aggregate aggregate) {
        double[] values = new double[aggregate.width()];
        Arrays.setAll(values, aggregate::at);
        return values;
    }
}
