package io.safefedllm.lab.report;

import static io.safefedllm.lab.report.Html.escape;
import static io.safefedllm.lab.report.Html.fill;
import static io.safefedllm.lab.report.Html.fixed;

import java.util.List;

/** The final table of the report. */
final class ResultTable {
    private static final List<String> FIGURES = List.of(
            "safe answers&nbsp;%",
            "utility&nbsp;%",
            "hostile share",
            "hostile share while attacking",
            "honest weight",
            "false alarms",
            "rounds skipped");
    private static final List<String> COSTS = List.of("score, trust", "shadow");
    private static final List<String> SECONDS = List.of("train", "shadow", "score", "aggregate", "of that reused");

    private final List<ArmResult> arms;

    ResultTable(List<ArmResult> arms) {
        this.arms = arms;
    }

    String html() {
        StringBuilder table = new StringBuilder("<div class=\"scroll\"><table class=\"result\">\n<thead>\n<tr>");
        table.append("<th scope=\"col\" rowspan=\"2\">arm</th>");
        FIGURES.forEach(name -> table.append(fill("<th scope=\"col\" rowspan=\"2\">%s</th>", name)));
        group(table, "cost in % of training", COSTS);
        group(table, "seconds", SECONDS);
        table.append("</tr>\n<tr>");
        COSTS.forEach(name -> table.append(fill("<th scope=\"col\">%s</th>", name)));
        SECONDS.forEach(name -> table.append(fill("<th scope=\"col\">%s</th>", name)));
        table.append("</tr>\n</thead>\n<tbody>\n");
        for (int i = 0; i < arms.size(); i++) {
            row(table, arms.get(i), ArmStyle.of(arms, i));
        }
        return table.append("</tbody>\n</table></div>").toString();
    }

    private static void group(StringBuilder table, String title, List<String> columns) {
        table.append(fill("<th scope=\"colgroup\" colspan=\"%d\">%s</th>", columns.size(), title));
    }

    private static void row(StringBuilder table, ArmResult arm, ArmStyle style) {
        table.append(fill(
                "<tr><th scope=\"row\"><span class=\"swatch %s\" aria-hidden=\"true\"></span>%s</th>",
                style.css(), escape(arm.name())));
        table.append(fill(
                "<td><span class=\"bar\"><span class=\"%s\" style=\"width:%s%%\"></span></span>%s</td>",
                style.css(), fixed(arm.safeAnswersPercent(), 1), fixed(arm.safeAnswersPercent(), 1)));
        cells(table, fixed(arm.utilityPercent(), 1), fixed(arm.hostileWeightShare(), 3));
        cells(table, fixed(arm.hostileWeightShareActive(), 3));
        cells(table, fixed(arm.honestWeightMean(), 3), fixed(arm.falseAlarmShare(), 3));
        cells(table, Integer.toString(arm.roundsSkipped()));
        cells(table, fixed(arm.cost().scorePercent(), 2), fixed(arm.cost().shadowPercent(), 0));
        ArmSeconds seconds = arm.seconds();
        cells(table, fixed(seconds.train(), 1), fixed(seconds.shadow(), 1), fixed(seconds.score(), 2));
        cells(table, fixed(seconds.aggregate(), 2), fixed(seconds.reused(), 1));
        table.append("</tr>\n");
    }

    private static void cells(StringBuilder table, String... texts) {
        for (String text : texts) {
            table.append("<td>").append(text).append("</td>");
        }
    }
}
