package io.safefedllm.strategy.round;

import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.model.ProbeCard;
import io.safefedllm.probe.model.UpdateRecipe;
import io.safefedllm.strategy.evidence.EvidenceSource;
import io.safefedllm.strategy.exchange.IssuedAdapter;
import io.safefedllm.strategy.gate.DeltaBase;
import io.safefedllm.strategy.settings.LocalSettings;
import io.safefedllm.strategy.settings.StrategySettings;
import io.safefedllm.strategy.trust.LocalRecipe;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Compares what the clients of a run do with what the updates were made by that a probe learned from and was calibrated on
 * (SF-13.5): where they start, whether whole trainings or single steps are scored, local steps, learning rate, rows a step, and the LoRA A
 * matrices. What the card does not say is a difference; a rate that the run does not name is not compared.
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
                .orElse(List.of("its card does not say how the updates were made that it learned from"));
    }

    private static List<String> differences(UpdateRecipe recipe, StrategySettings settings, String loraA) {
        List<String> found = new ArrayList<>();
        String base = base(settings);
        if (!recipe.base().equals(base)) {
            found.add("it learned from updates of the " + recipe.base() + " adapter, the run scores those of the "
                    + base);
        }
        records(recipe, settings).ifPresent(found::add);
        LocalRecipe local = settings.local().recipe();
        counts(recipe.steps(), local.steps(), "local steps").ifPresent(found::add);
        long rows = (long) local.batchSize() * local.accumulation();
        counts(recipe.batch(), rows, "rows a step").ifPresent(found::add);
        rates(recipe, settings).ifPresent(found::add);
        if (recipe.base().equals(UpdateRecipe.INITIAL)) {
            matrices(recipe, loraA).ifPresent(found::add);
        }
        return found;
    }

    private static Optional<String> records(UpdateRecipe recipe, StrategySettings settings) {
        boolean reports = settings.evidence().source() == EvidenceSource.REPORT;
        String scored = reports ? UpdateRecipe.STEPS : UpdateRecipe.FINAL;
        if (recipe.records().isEmpty()) {
            return Optional.of("its card does not say whether it learned from whole trainings or from their steps");
        }
        return recipe.records().equals(scored)
                ? Optional.empty()
                : Optional.of("it learned from " + words(recipe.records()) + ", the run scores " + words(scored));
    }

    private static String words(String records) {
        return records.equals(UpdateRecipe.FINAL) ? "whole trainings" : "the steps that clients report";
    }

    private static Optional<String> counts(long learned, long run, String what) {
        if (learned == 0) {
            return Optional.of("its card does not say from how many " + what + " it learned");
        }
        return learned == run
                ? Optional.empty()
                : Optional.of("it learned from " + learned + " " + what + ", the run has " + run);
    }

    private static Optional<String> rates(UpdateRecipe recipe, StrategySettings settings) {
        OptionalDouble rate = rate(settings);
        double learned = recipe.learningRate();
        if (Double.isNaN(learned)) {
            return Optional.of("its card does not say at which learning rate it learned");
        }
        return rate.isEmpty() || Math.abs(learned - rate.getAsDouble()) <= RATE_TOLERANCE * rate.getAsDouble()
                ? Optional.empty()
                : Optional.of("it learned at learning rate " + learned + ", the run has " + rate.getAsDouble());
    }

    private static Optional<String> matrices(UpdateRecipe recipe, String loraA) {
        if (recipe.loraA().isEmpty()) {
            return Optional.of("its card does not say with which LoRA A matrices it learned");
        }
        return recipe.loraA().equals(loraA)
                ? Optional.empty()
                : Optional.of("it learned with other LoRA A matrices than the first adapter has");
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
}
