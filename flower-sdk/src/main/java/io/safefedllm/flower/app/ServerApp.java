package io.safefedllm.flower.app;

import io.safefedllm.flower.link.Grid;

/**
 * The server side of a federated app: one call drives one run from its first message to its last.
 *
 * <p>Returning ends the run completed; throwing ends it failed with the exception's message as the reason. {@link io.safefedllm.flower.link.RunStoppedException}
 * from the grid must leave the method: the run was stopped. One instance may serve several runs, one after the other.
 */
@FunctionalInterface
public interface ServerApp {

    void run(Grid grid, ServerContext context) throws Exception;
}
