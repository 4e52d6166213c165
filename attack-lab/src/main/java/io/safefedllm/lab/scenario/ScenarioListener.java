package io.safefedllm.lab.scenario;

/** Watches a matrix, on one thread that is not the caller's. What it throws ends the work. */
public interface ScenarioListener {
    /**
     * A cell begins.
     *
     * @param done cells that are finished, by whatever process
     * @param total all cells
     */
    default void cellStarted(ScenarioCell cell, int done, int total) {}

    /** A cell is finished. */
    default void cellFinished(CellResult result, int done, int total) {}

    /** A cell could not be played; it stays blank. */
    default void cellFailed(ScenarioCell cell, String reason) {}
}
