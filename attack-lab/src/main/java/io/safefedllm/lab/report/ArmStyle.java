package io.safefedllm.lab.report;

import java.util.List;

/**
 * How an arm is drawn.
 *
 * @param css the class that colours it
 * @param label what stands beside its line
 * @param anchor whether it is one of the two arms that the others are compared with
 */
record ArmStyle(String css, String label, boolean anchor) {
    /** The name of the arm without a defence. */
    static final String NO_DEFENCE = "fedavg";

    /** The name of the arm that knows who is hostile. */
    static final String ORACLE = "oracle";

    private static final int COLOURS = 6;

    /** Returns the style of the arm at {@code index} of {@code arms}. */
    static ArmStyle of(List<ArmResult> arms, int index) {
        String name = arms.get(index).name();
        if (name.equals(NO_DEFENCE)) {
            return new ArmStyle("anchor-low", "fedavg (no defence)", true);
        }
        if (name.equals(ORACLE)) {
            return new ArmStyle("anchor-high", "oracle (best possible)", true);
        }
        long before = arms.subList(0, index).stream()
                .filter(arm -> !arm.name().equals(NO_DEFENCE) && !arm.name().equals(ORACLE))
                .count();
        return new ArmStyle("arm-" + before % COLOURS, name, false);
    }
}
