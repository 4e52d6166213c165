package io.safefedllm.flower.link;

import java.util.Map;
import java.util.Optional;

/** A SuperLink under test, seen from outside: what its users do and see. */
public interface LinkHarness extends AutoCloseable {

    /** The FAB id of every run that a harness submits. */
    String FAB_ID = "contract/app";

    /** Submits a run whose app declares the given configuration. */
    long submit(Map<String, Object> runConfig);

    RunLink executor();

    NodeLink node();

    /** Ends a run as its user would. */
    void stop(long runId);

    Optional<RunStatus> status(long runId);

    String statusDetails(long runId);

    String log(long runId);

    @Override
    void close();
}
