package io.safefedllm.lab.simulate;

/**
 * How many labelled updates are made beside those of the federations.
 *
 * @param training updates of each source for training
 * @param benignCalibration updates of each benign source for calibration; one hundredth of false alarms needs at least 99
 * @param harmfulCalibration updates of each harmful source for calibration, which measure the detection rate
 * @param rounds rounds of the federations, whose adapters serve as bases
 */
public record WorkshopPlan(int training, int benignCalibration, int harmfulCalibration, int rounds) {
    /** The plan of the bundled probe. */
    public static final WorkshopPlan DEFAULTS = new WorkshopPlan(60, 120, 30, 15);

    /** Checks that there is something of everything. */
    public WorkshopPlan {
        if (training < 2 || benignCalibration < 1 || harmfulCalibration < 1 || rounds < 1) {
            throw new IllegalArgumentException("a plan needs 2 training updates, 1 of each calibration kind and 1 round"
                    + " at least but had " + training + ", " + benignCalibration + ", " + harmfulCalibration + ", "
                    + rounds);
        }
    }
}
