package io.safefedllm.flower.link;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a run starts with. Immutable.
 *
 * <p>Run config values are {@link Long}, {@link Double}, {@link Boolean} or {@link String}: the app's
 * defaults overlaid with the overrides of this run. The context is Flower's own serialised form, opaque here; it goes back when the run ends, and a
 * resumed run needs it.
 */
public final class RunInputs {

    private final long runId;
    private final String fabId;
    private final String fabVersion;
    private final String fabHash;
    private final Map<String, Object> runConfig;
    private final byte[] context;

    /** Copies everything. */
    public RunInputs(long runId, AppIdentity app, Map<String, Object> runConfig, byte[] context) {
        this.runId = runId;
        this.fabId = app.fabId();
        this.fabVersion = app.fabVersion();
        this.fabHash = app.fabHash();
        this.runConfig = Collections.unmodifiableMap(new LinkedHashMap<>(runConfig));
        this.context = context.clone();
    }

    public long runId() {
        return runId;
    }

    public AppIdentity app() {
        return new AppIdentity(fabId, fabVersion, fabHash);
    }

    public Map<String, Object> runConfig() {
        return runConfig;
    }

    /** Returns a copy of the serialised context. */
    public byte[] context() {
        return context.clone();
    }

    @Override
    public String toString() {
        return "inputs of run " + Long.toUnsignedString(runId) + " (" + fabId + " " + fabVersion + ")";
    }
}
