package io.safefedllm.flower.app;

import io.safefedllm.flower.link.AppIdentity;
import java.time.InstantSource;
import java.util.Map;

/** What a server app is told about its run; immutable. */
public interface ServerContext {

    long runId();

    /** Returns the run config: values are {@link Long}, {@link Double}, {@link Boolean} or {@link String}. */
    Map<String, Object> runConfig();

    /** Returns the clock for time stamps and deadlines; deterministic in an embedded federation. */
    InstantSource clock();

    /** Returns the app that the run belongs to. */
    AppIdentity app();
}
