package io.safefedllm.client.exchange;

import io.safefedllm.flower.app.ClientContext;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says, once in a run, that a quantised base model is not what is trained on here. Thread-safe. */
final class QuantizationNotice {
    private static final Logger LOG = LoggerFactory.getLogger(QuantizationNotice.class);
    private static final Set<Object> NONE = Set.of(0L, 0.0, false, "none", "0");

    private final Set<Long> told = ConcurrentHashMap.newKeySet();

    void tell(ClientContext context) {
        new RunValues(context.runConfig())
                .value(RunKey.QUANTIZATION)
                .filter(value -> !NONE.contains(value) && told.add(context.runId()))
                .ifPresent(value -> LOG.warn(
                        "run {} asks for {} = {}; this node trains on the model in float32, which takes more memory and gives"
                                + " slightly other adapters than a quantised one",
                        Long.toUnsignedString(context.runId()),
                        RunKey.QUANTIZATION,
                        value));
    }
}
