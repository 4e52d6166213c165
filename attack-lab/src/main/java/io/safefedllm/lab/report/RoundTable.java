package io.safefedllm.lab.report;

import static io.safefedllm.lab.report.Html.escape;
import static io.safefedllm.lab.report.Html.fill;
import static io.safefedllm.lab.report.Html.fixed;

import java.util.List;
import java.util.TreeSet;

/** Safe answers by round as a table, for those who cannot see the lines. */
final class RoundTable {
    private final List<ArmResult> arms;

    RoundTable(List<ArmResult> arms) {
        this.arms = arms;
    }

    String html() {
        TreeSet<Integer> rounds = new TreeSet<>();
        arms.forEach(arm -> arm.rounds().forEach(round -> rounds.add(round.round())));
        StringBuilder table = new StringBuilder("<div class=\"scroll\"><table>\n<thead><tr><th scope=\"col\">arm</th>");
        rounds.forEach(round -> table.append(fill("<th scope=\"col\">%d</th>", round)));
        table.append("</tr></thead>\n<tbody>\n");
        for (ArmResult arm : arms) {
            table.append(fill("<tr><th scope=\"row\">%s</th>", escape(arm.name())));
            arm.rounds().forEach(round -> table.append(fill("<td>%s</td>", fixed(round.safeAnswersPercent(), 0))));
            table.append("</tr>\n");
        }
        return table.append("</tbody>\n</table></div>\n").toString();
    }
}
