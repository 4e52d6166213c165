package io.safefedllm.lab.simulate;

import io.safefedllm.lab.report.ArmResult;

/** Watches a simulation, on one thread that is not the caller's. What it throws ends the simulation. */
public interface SimulationListener {
    /** Returns a listener that does nothing. */
    static SimulationListener none() {
        return new SimulationListener() {};
    }

    /** An arm begins. */
    default void armStarted(String arm, int rounds) {}

    /** A client has answered one task. */
    default void replyArrived(String arm, int round) {}

    /** A round is over and measured. */
    default void roundFinished(String arm, int round, double safeAnswersPercent) {}

    /** An arm is over and measured. */
    default void armFinished(ArmResult result) {}
}
