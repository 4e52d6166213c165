package io.safefedllm.strategy.aggregate.rules;

import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.TensorSpec;
import io.safefedllm.strategy.aggregate.Draws;
import io.safefedllm.strategy.aggregate.GlobalValues;
import io.safefedllm.strategy.aggregate.RuleInput;
import io.safefedllm.strategy.aggregate.UpdateStore;
import java.util.List;

/** Inputs of rules for tests: one tensor of two dimensions, G = 0, seeded draws. */
final class Inputs {
    private Inputs() {}

    static RuleInput of(UpdateStore store, double[] weights) {
        AdapterLayout layout = AdapterLayout.of(List.of(new TensorSpec("t", List.of(1, store.width()))));
        return RuleInput.of(store, weights, layout, GlobalValues.zero(), Draws.seeded(7));
    }
}
