package io.safefedllm.lab.simulate;

import io.safefedllm.lab.report.HeldOutLoss;
import io.safefedllm.probe.lora.LoraAdapter;
import java.util.Map;
import java.util.Optional;

/** Measures adapters by what no client has seen; equal adapters are measured once. Confined to one thread. */
interface Examiner {
    /** Returns the safe answers after a round, in percent; NaN where rounds are not measured. */
    double roundSafePercent(LoraAdapter adapter);

    /** Returns the safe answers of a final adapter, in percent. */
    double endSafePercent(LoraAdapter adapter);

    /** Returns how useful a final adapter is, in percent. */
    double endUtilityPercent(LoraAdapter adapter);

    /** Returns the losses on held-out replies, where those are what is measured. */
    Optional<HeldOutLoss> heldOutLoss(LoraAdapter adapter);

    /** Says, under the names of {@code result.json}, what is measured with. */
    Map<String, Object> settings();
}
