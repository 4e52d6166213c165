package io.safefedllm.strategy.round;

import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.model.ProbeCard;
import io.safefedllm.probe.model.UpdateRecipe;
import io.safefedllm.strategy.exchange.IssuedAdapter;
import io.safefedllm.strategy.gate.DeltaBase;
import io.safefedllm.strategy.settings.LocalSettings;
import io.safefedllm.strategy.settings.StrategySettings;
import io.safefedllm.strategy.trust.LocalRecipe;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * Compares what the clients of a run do with what the updates were made by that a probe learned from and was calibrated on
 * (SF-13.5): where they start, local steps, learning rate, rows a step, and the LoRA A matrices. What one side does not
 * say is not compared.
 */
final class ProbeRecipe {
    private static final double RATE_TOLERANCE = 1e-6;

    private ProbeRecipe() {}

    /** Returns in what the run differs from the card's closest recipe, one short text each; empty if in nothing. */
    static List<String> differences(ProbeCard card, StrategySettings settings, LoraAdapter initial) {
        String loraA = IssuedAdapter.of(initial).loraASha256();
        return card.recipes().stream()
                .map(recipe -> differences(recipe, settings, loraA))
                .min(Comparator.comparingInt(List::size))
                .orElse(List.of());
    }

    private static List<String> differences(UpdateRecipe recipe, StrategySettings settings, String loraA) {
        LocalRecipe local = settings.local().recipe();
        List<String> found = new ArrayList<>();
        String base = base(settings);
        if (!recipe.base().equals(base)) {
            found.add("it learned from updates of the " + recipe.base() + " adapter, the run scores those of the "
                    + base);
        }
        if (recipe.steps() > 0 && recipe.steps() != local.steps()) {
            found.add("it learned from " + recipe.steps() + " local steps, the run has " + local.steps());
        }
        long rows = (long) local.batchSize() * local.accumulation();
        if (recipe.batch() > 0 && recipe.batch() != rows) {
            found.add("it learned from " + recipe.batch() + " rows a step, the run has " + rows);
        }
        OptionalDouble rate = rate(settings);
        if (rate.isPresent() && differs(recipe.learningRate(), rate.getAsDouble())) {
            found.add(String.format(
                    Locale.ROOT,
                    "it learned at learning rate %s, the run has %s",
                    recipe.learningRate(),
                    rate.getAsDouble()));
        }
        boolean fixed =
                recipe.base().equals(UpdateRecipe.INITIAL) && !recipe.loraA().isEmpty();
        if (fixed && !recipe.loraA().equals(loraA)) {
            found.add("it learned with other LoRA A matrices than the first adapter has");
        }
        return found;
    }

    private static String base(StrategySettings settings) {
        DeltaBase base = settings.firewall().reply().deltaBase();
        boolean initial = base == DeltaBase.INITIAL
                || (base == DeltaBase.AUTO && settings.evidence().dispatch());
        return initial ? UpdateRecipe.INITIAL : UpdateRecipe.GLOBAL;
    }

    private static OptionalDouble rate(StrategySettings settings) {
        LocalSettings local = settings.local();
        OptionalDouble shadow = settings.evidence().shadowLearningRate();
        return settings.evidence().dispatch() && shadow.isPresent() ? shadow : local.learningRate();
    }

    private static boolean differs(double learned, double run) {
        return !Double.isNaN(learned) && Math.abs(learned - run) > RATE_TOLERANCE * run;
    }
}
