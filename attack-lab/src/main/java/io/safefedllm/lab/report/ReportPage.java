package io.safefedllm.lab.report;

import static io.safefedllm.lab.report.Html.escape;
import static io.safefedllm.lab.report.Html.fill;
import static io.safefedllm.lab.report.Html.fixed;

import io.safefedllm.probe.store.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The page {@code report.html}. It holds everything it needs and asks the network for nothing; every figure has a title, a description and
 * a sentence that says what to see.
 */
public final class ReportPage {
    private final SimulationResult result;
    private final Optional<UpdateMap> updates;

    private ReportPage(SimulationResult result, Optional<UpdateMap> updates) {
        this.result = result;
        this.updates = updates;
    }

    /** Writes the page to {@code file}; another program never sees half of it. */
    public static void write(Path file, SimulationResult result, Optional<UpdateMap> updates) {
        try {
            AtomicFile.write(file, new ReportPage(result, updates).html().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    /** Returns the page. */
    static String html(SimulationResult result, Optional<UpdateMap> updates) {
        return new ReportPage(result, updates).html();
    }

    private String html() {
        StringBuilder page = new StringBuilder(HEAD);
        page.append(stylesheet()).append("</style>\n</head>\n<body>\n<main>\n");
        page.append("<header>\n<p class=\"kicker\">Safe-FedLLM for Flower &middot; simulation report</p>\n<h1>")
                .append(escape(headline()))
                .append("</h1>\n<p class=\"lead\">")
                .append(escape(setting()))
                .append("</p>\n</header>\n");
        section(page, "result", "Result", resultText(), new ResultTable(result.arms()).html());
        section(page, "rounds", "Safe answers by round", ROUNDS_TEXT, chart());
        section(page, "weights", "Weights by client and round", WEIGHTS_TEXT, weightMaps());
        updates.ifPresent(
                map -> section(page, "updates", "Updates in two dimensions", updatesText(map), figure(scatter(map))));
        section(page, "settings", "Settings", SETTINGS_TEXT, settings());
        return page.append("</main>\n</body>\n</html>\n").toString();
    }

    static final String HEAD =
            """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>Safe-FedLLM report</title>
            <style>
            """;

    private static final String RESULT_TEXT =
            " both after the last round; the hostile share is what attackers held of the mean,"
                    + " false alarms are the rounds of honest clients in which they were judged harmful or refused."
                    + " Arms without the probe give every client weight 1; rules that must be told how many clients are hostile are"
                    + " told the truth.";
    private static final String ROUNDS_TEXT =
            "What to see: the gap between the two dashed lines is what the attack does;"
                    + " a defence is as good as its line is close to the oracle's, which knows who is hostile.";
    private static final String WEIGHTS_TEXT = "What to see: full colour is weight 1, an empty cell is weight 0;"
            + " a good defence empties the red rows on top and leaves the blue ones full. What a rule such as multi-krum"
            + " drops by itself is no weight and does not show.";
    private static final String SETTINGS_TEXT =
            "Everything that this run was made with; the same settings give the same numbers, seconds apart.";

    private String resultText() {
        return "Safe answers are " + FigureText.safeAnswers(result.settings()) + ", utility is "
                + FigureText.utility(result.settings()) + "," + RESULT_TEXT;
    }

    private static String updatesText(UpdateMap map) {
        return "What to see: each mark is one reply of the arm " + map.arm()
                + ", its update scaled to length 1; where triangles and circles lie apart, a straight cut can tell them.";
    }

    static void section(StringBuilder page, String id, String title, String text, String body) {
        page.append(
                fill("<section id=\"%s\" aria-labelledby=\"%1$s-h\">\n<h2 id=\"%1$s-h\">%s</h2>\n", id, escape(title)));
        page.append("<p>").append(escape(text)).append("</p>\n").append(body).append("\n</section>\n");
    }

    private String headline() {
        Optional<ArmResult> open = arm(ArmStyle.NO_DEFENCE);
        Optional<ArmResult> best = result.arms().stream()
                .filter(arm -> arm.name().startsWith("safe-fedllm:"))
                .reduce((first, second) -> second);
        if (open.isPresent() && best.isPresent()) {
            return fill(
                    "%s %% safe answers with %s, %s %% without a defence",
                    fixed(best.get().safeAnswersPercent(), 0),
                    unbroken(best.get().name()),
                    fixed(open.get().safeAnswersPercent(), 0));
        }
        return result.arms().isEmpty()
                ? "No arm was finished"
                : fill(
                        "%s %% safe answers with %s",
                        fixed(result.arms().get(0).safeAnswersPercent(), 0),
                        result.arms().get(0).name());
    }

    /** Returns {@code name} with hyphens at which a line does not break. */
    private static String unbroken(String name) {
        return name.replace('-', '\u2011');
    }

    private Optional<ArmResult> arm(String name) {
        return result.arms().stream().filter(arm -> arm.name().equals(name)).findFirst();
    }

    private String setting() {
        Map<String, Object> used = result.settings();
        return fill(
                "%s clients, %s of them hostile (%s), %s rounds, seed %s.",
                used.getOrDefault("clients", "?"),
                used.getOrDefault("hostileClients", "?"),
                used.getOrDefault("attack", "?"),
                used.getOrDefault("rounds", "?"),
                used.getOrDefault("seed", "?"));
    }

    private String chart() {
        return figure(new SafeAnswersChart(result.arms()).svg())
                + "<details><summary>The same as a table</summary>\n"
                + new RoundTable(result.arms()).html() + "</details>";
    }

    private String weightMaps() {
        StringBuilder maps = new StringBuilder("<div class=\"maps\">\n");
        List<ArmResult> arms = result.arms();
        for (int i = 0; i < arms.size(); i++) {
            maps.append("<figure><figcaption>")
                    .append(escape(arms.get(i).name()))
                    .append("</figcaption>")
                    .append(new WeightMap(arms.get(i), i).svg())
                    .append("</figure>\n");
        }
        return maps.append("</div>").toString();
    }

    private static String scatter(UpdateMap map) {
        return new UpdateScatter(map).svg();
    }

    static String figure(String svg) {
        return "<figure class=\"wide\">" + svg + "</figure>\n";
    }

    private String settings() {
        StringBuilder table = new StringBuilder("<table class=\"settings\">\n<tbody>\n");
        result.settings()
                .forEach((key, value) -> table.append(fill(
                        "<tr><th scope=\"row\">%s</th><td>%s</td></tr>\n",
                        escape(key), escape(String.valueOf(value)))));
        return table.append("</tbody>\n</table>").toString();
    }

    static String stylesheet() {
        try (InputStream in = ReportPage.class.getResourceAsStream("report.css")) {
            if (in == null) {
                throw new IllegalStateException("the stylesheet of the report is missing from the program");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the stylesheet of the report", e);
        }
    }
}
