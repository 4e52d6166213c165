package io.safefedllm.probe.model;

/**
 * What a view does at its threshold on updates that it was not trained on.
 *
 * @param benign number of benign updates
 * @param harmful number of harmful updates
 * @param falseAlarmRate share of the benign ones that are called harmful, 0 to 1; NaN if there are none
 * @param detectionRate share of the harmful ones that are called harmful, 0 to 1; NaN if there are none
 */
public record HeldOutRates(int benign, int harmful, double falseAlarmRate, double detectionRate) {
    /** Returns the rates of so many alarms. */
    public static HeldOutRates of(int benign, int falseAlarms, int harmful, int detected) {
        return new HeldOutRates(benign, harmful, (double) falseAlarms / benign, (double) detected / harmful);
    }
}
