package io.safefedllm.strategy.gate;

/** Which records of a run a level needs of a client that reports its steps (SF-7.1, code 9). */
public enum StepNeed {
    /** None: a record of the run is ignored. */
    NONE,
    /** Step T: client level. */
    LAST,
    /** All of 1 to T: step, shadow and evidence level. */
    ALL
}
