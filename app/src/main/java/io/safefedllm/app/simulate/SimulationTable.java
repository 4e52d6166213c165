package io.safefedllm.app.simulate;

import io.safefedllm.app.console.TextTable;
import io.safefedllm.lab.report.ArmResult;
import io.safefedllm.lab.report.SimulationResult;
import java.util.List;
import java.util.Locale;

/** The final table of a simulation. */
final class SimulationTable {
    private SimulationTable() {}

    /** Returns a line of headings and one for each arm. */
    static String of(SimulationResult result) {
        TextTable table = new TextTable(List.of(
                "arm",
                "safe %",
                "utility %",
                "hostile share",
                "honest weight",
                "false alarms",
                "skipped",
                "train s",
                "shadow s",
                "score %",
                "shadow %"));
        for (ArmResult arm : result.arms()) {
            table.add(List.of(
                    arm.name(),
                    fixed(1, arm.safeAnswersPercent()),
                    fixed(1, arm.utilityPercent()),
                    fixed(3, arm.hostileWeightShare()),
                    fixed(3, arm.honestWeightMean()),
                    fixed(3, arm.falseAlarmShare()),
                    Integer.toString(arm.roundsSkipped()),
                    fixed(1, arm.seconds().train()),
                    fixed(1, arm.seconds().shadow()),
                    fixed(2, arm.cost().scorePercent()),
                    fixed(0, arm.cost().shadowPercent())));
        }
        return table.toString();
    }

    private static String fixed(int digits, double value) {
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }
}
