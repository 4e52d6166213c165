package io.safefedllm.lab.report;

/**
 * Where the time of an arm went, in seconds.
 *
 * @param train local training; what another arm had computed already is charged at the time it took there
 * @param shadow second training runs, charged in the same way
 * @param score reading, checking and scoring updates, and trust
 * @param aggregate aggregation
 * @param reused the part of {@code train} and {@code shadow} that was taken over from another arm, not spent again
 */
public record ArmSeconds(double train, double shadow, double score, double aggregate, double reused) {
    /** Nothing spent. */
    public static final ArmSeconds ZERO = new ArmSeconds(0, 0, 0, 0, 0);
}
