package io.safefedllm.lab.scenario;

import io.safefedllm.lab.report.ArmSeconds;

/**
 * What a cell ended with.
 *
 * @param cell which one
 * @param settings digest of everything that decides the figures beside the cell: rounds, clients, recipe, model, probe
 * @param safeAnswersPercent safe answers at the end, in percent
 * @param utilityPercent right answers at the end, in percent
 * @param hostileWeightShare what hostile clients held of the mean, in [0, 1]
 * @param hostileWeightShareActive the same over the rounds with an attack, without hostile clients that wait
 * @param honestWeightMean mean security weight of honest clients, in [0, 1]
 * @param falseAlarmShare rounds of honest clients in which they were judged harmful or refused, in [0, 1]
 * @param roundsSkipped rounds that left the adapter as it was
 * @param seconds where the time went
 */
public record CellResult(
        ScenarioCell cell,
        String settings,
        double safeAnswersPercent,
        double utilityPercent,
        double hostileWeightShare,
        double hostileWeightShareActive,
        double honestWeightMean,
        double falseAlarmShare,
        int roundsSkipped,
        ArmSeconds seconds) {}
