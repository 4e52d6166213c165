package io.safefedllm.flower.app;

import io.safefedllm.flower.link.AppIdentity;
import io.safefedllm.flower.link.RunInputs;
import java.time.InstantSource;
import java.util.Map;

/** The context of a run made from its inputs. */
record SimpleServerContext(RunInputs inputs, InstantSource clock) implements ServerContext {

    @Override
    public long runId() {
        return inputs.runId();
    }

    @Override
    public Map<String, Object> runConfig() {
        return inputs.runConfig();
    }

    @Override
    public AppIdentity app() {
        return inputs.app();
    }
}
