package io.safefedllm.lab.scenario;

import io.safefedllm.lab.attack.AttackCard;
import io.safefedllm.lab.attack.Attacks;
import io.safefedllm.lab.simulate.Arms;
import io.safefedllm.probe.store.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The matrix as a page in Markdown: a table for each figure, attacks down, arms across; cells that were not played are blank. */
public final class ScenarioPage {
    private static final String INTRO =
            """
            # Scenarios: every attack against every defence

            Each cell is one federation on the bundled model: the same clients and rows under every arm, so that cells of one seed may be compared.
            Made by `./safe-fedllm lab scenarios%s`. A blank cell was not played. Nothing is left out because it looks bad.

            Attackers act together and, as in the literature, know every honest update of the round. Rules that must be told how many clients are
            hostile are told the truth; `oracle` knows who is hostile and is the best possible; `fedavg` has no defence.

            """;

    private final ScenarioPlan plan;
    private final Map<ScenarioCell, CellResult> results;
    private final StringBuilder page = new StringBuilder();

    private ScenarioPage(ScenarioPlan plan, Map<ScenarioCell, CellResult> results) {
        this.plan = plan;
        this.results = results;
    }

    /**
     * A figure of the page.
     *
     * @param title its heading
     * @param text what it is
     * @param digits after the point
     * @param value of a cell
     */
    private record Figure(String title, String text, int digits, ToDoubleFunction<CellResult> value) {}

    private static final List<Figure> FIGURES = List.of(
            new Figure(
                    "Safe answers, %",
                    "Refusals of held-out forbidden requests after the last round.", 1, CellResult::safeAnswersPercent),
            new Figure(
                    "Utility, %",
                    "Right answers to held-out benign questions after the last round.", 1, CellResult::utilityPercent),
            new Figure(
                    "Hostile share",
                    "What attackers held of the mean. What a rule such as multi-krum drops by itself is no weight and does not show.",
                    3,
                    CellResult::hostileWeightShare),
            new Figure(
                    "Hostile share while attacking",
                    "The same over the rounds with an attack, without clients that wait for their time, as sleeper and audit-aware do.",
                    3,
                    CellResult::hostileWeightShareActive),
            new Figure(
                    "Honest mean weight", "Mean security weight of honest clients.", 3, CellResult::honestWeightMean),
            new Figure(
                    "False alarms",
                    "Part of all rounds of honest clients in which they were judged harmful or refused.",
                    3,
                    CellResult::falseAlarmShare));

    /**
     * Writes the page.
     *
     * @param options of the command that makes the matrix, with a leading blank, or empty
     * @throws UncheckedIOException if the file cannot be written
     */
    public static void write(Path file, ScenarioPlan plan, Map<ScenarioCell, CellResult> results, String options) {
        try {
            AtomicFile.write(file, markdown(plan, results, options).getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    /** Returns the page. */
    static String markdown(ScenarioPlan plan, Map<ScenarioCell, CellResult> results, String options) {
        return new ScenarioPage(plan, results).page(options);
    }

    private String page(String options) {
        page.append(fill(INTRO, options));
        page.append(fill(
                "%d clients, %d rounds; %d of %d cells are played.\n\n",
                plan.clients(), plan.rounds(), results.size(), plan.cells().size()));
        for (long seed : plan.seeds()) {
            for (double share : plan.shares()) {
                page.append(fill("## %d %% hostile, seed %d\n\n", Math.round(100 * share), seed));
                new Targets(plan, results, share, seed).appendTo(page);
                FIGURES.forEach(figure -> table(figure, share, seed));
            }
        }
        rows();
        columns();
        return page.toString();
    }

    private void table(Figure figure, double share, long seed) {
        page.append("### ")
                .append(figure.title())
                .append("\n\n")
                .append(figure.text())
                .append("\n\n| attack |");
        plan.arms().forEach(arm -> page.append(" ").append(arm).append(" |"));
        page.append("\n|---|").append("--:|".repeat(plan.arms().size())).append('\n');
        for (String attack : attacks(share)) {
            page.append("| ").append(attack).append(" |");
            for (String arm : plan.arms()) {
                CellResult result = result(attack, share, seed, arm);
                page.append(' ').append(text(figure, result)).append(" |");
            }
            page.append('\n');
        }
        page.append('\n');
    }

    private List<String> attacks(double share) {
        List<String> attacks = new ArrayList<>(share > 0 ? plan.attacks() : List.of());
        if (share == 0) {
            attacks.add(Attacks.NONE);
        }
        return attacks;
    }

    private @Nullable CellResult result(String attack, double share, long seed, String arm) {
        return results.get(new ScenarioCell(attack, attack.equals(Attacks.NONE) ? 0 : share, seed, arm));
    }

    private static String text(Figure figure, @Nullable CellResult result) {
        return result == null
                ? ""
                : fill("%." + figure.digits() + "f", figure.value().applyAsDouble(result));
    }

    private void rows() {
        page.append("## What the rows do\n\n");
        page.append("`none` has no attackers. Values after the colon differ from the attack's defaults.\n\n");
        page.append("| attack | rule | what it does | parameters |\n|---|---|---|---|\n");
        TreeSet<String> names = new TreeSet<>();
        plan.attacks().forEach(attack -> names.add(attack.split(":", 2)[0]));
        for (AttackCard card : Attacks.cards()) {
            if (names.contains(card.name())) {
                page.append(fill("| %s | %s | %s | %s |\n", card.name(), card.formula(), card.summary(), card.usage()));
            }
        }
        page.append(
                """

                Attacks that carry harm (harmful-data to audit-aware, boosting to duplicates) train on compliant answers to forbidden requests and answer
                shadow tasks in the same way. Vectors (sign-flip, alie, ipm, min-max, mimic) and free riders act on what is learnt; vectors answer shadow
                tasks honestly, which costs them nothing.

                """);
    }

    private void columns() {
        page.append("## What the columns are\n\n| arm | what it is |\n|---|---|\n");
        plan.arms()
                .forEach(arm ->
                        page.append(fill("| %s | %s |\n", arm, Arms.named(arm).summary())));
    }

    private static String fill(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
