package io.safefedllm.lab.report;

import static io.safefedllm.lab.report.Html.escape;
import static io.safefedllm.lab.report.Html.fill;
import static io.safefedllm.lab.report.Html.fixed;

import java.util.List;

/** The final table of the report. */
final class ResultTable {
    private static final String HEAD =
            "<div class=\"scroll\"><table class=\"result\">\n<thead>\n<tr><th scope=\"col\" rowspan=\"2\">arm</th>"
                    + "<th scope=\"col\" rowspan=\"2\">safe answers&nbsp;%</th><th scope=\"col\" rowspan=\"2\">utility&nbsp;%</th>"
                    + "<th scope=\"col\" rowspan=\"2\">hostile share</th><th scope=\"col\" rowspan=\"2\">honest weight</th>"
                    + "<th scope=\"col\" rowspan=\"2\">false alarms</th>"
                    + "<th scope=\"col\" rowspan=\"2\">rounds skipped</th><th scope=\"colgroup\" colspan=\"2\">cost in % of training</th><th scope=\"colgroup\" colspan=\"5\">seconds</th></tr>\n"
                    + "<tr><th scope=\"col\">score, trust</th><th scope=\"col\">shadow</th><th scope=\"col\">train</th><th scope=\"col\">shadow</th><th scope=\"col\">score</th>"
                    + "<th scope=\"col\">aggregate</th><th scope=\"col\">of that reused</th></tr>\n</thead>\n<tbody>\n";

    private final List<ArmResult> arms;

    ResultTable(List<ArmResult> arms) {
        this.arms = arms;
    }

    String html() {
        StringBuilder table = new StringBuilder(HEAD);
        for (int i = 0; i < arms.size(); i++) {
            row(table, arms.get(i), ArmStyle.of(arms, i));
        }
        return table.append("</tbody>\n</table></div>").toString();
    }

    private static void row(StringBuilder table, ArmResult arm, ArmStyle style) {
        table.append(fill(
                "<tr><th scope=\"row\"><span class=\"swatch %s\" aria-hidden=\"true\"></span>%s</th>",
                style.css(), escape(arm.name())));
        table.append(fill(
                "<td><span class=\"bar\"><span class=\"%s\" style=\"width:%s%%\"></span></span>%s</td>",
                style.css(), fixed(arm.safeAnswersPercent(), 1), fixed(arm.safeAnswersPercent(), 1)));
        cells(table, fixed(arm.utilityPercent(), 1), fixed(arm.hostileWeightShare(), 3));
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
