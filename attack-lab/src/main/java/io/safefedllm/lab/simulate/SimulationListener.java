package io.safefedllm.lab.simulate;

import io.safefedllm.lab.report.ArmResult;
import io.safefedllm.lab.report.RoundResult;
import io.safefedllm.probe.model.ProbeSet;
import java.nio.file.Path;

/** Watches a simulation, on one thread that is not the caller's. What it throws ends the simulation. */
public interface SimulationListener {
    /** Returns a listener that does nothing. */
    static SimulationListener none() {
        return new SimulationListener() {};
    }

    /** A client whose update a probe will learn from has trained; {@code source} says on what. */
    default void updateTrained(int number, int total, String source, double loss, double seconds) {}

    /** A probe was trained and written. */
    default void probeTrained(Path file, ProbeSet probe) {}

    /** An arm begins. */
    default void armStarted(String arm, int rounds) {}

    /** A client has answered one task. */
    default void replyArrived(String arm, int round) {}

    /** A client has trained, or what it trained was known from an earlier arm. */
    default void clientTrained(String arm, ClientTraining training) {}

    /** A round is over and measured. */
    default void roundFinished(String arm, RoundResult round) {}

    /** An arm is over and measured. */
    default void armFinished(ArmResult result) {}
}
