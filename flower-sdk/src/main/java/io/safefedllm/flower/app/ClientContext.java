package io.safefedllm.flower.app;

import io.safefedllm.flower.record.RecordDict;
import java.util.Map;

/** What a client app is told about its node and the run, and what it may remember; used from the app's thread only. */
public interface ClientContext {

    long runId();

    long nodeId();

    /** Returns the node's own configuration, for example {@code partition-id}; it never travels. */
    Map<String, Object> nodeConfig();

    /** Returns the run config: values are {@link Long}, {@link Double}, {@link Boolean} or {@link String}. */
    Map<String, Object> runConfig();

    /** Returns what the app remembered of this run on this node, empty at first. */
    RecordDict state();

    /** Remembers the records for the next message of this run. */
    void state(RecordDict state);
}
