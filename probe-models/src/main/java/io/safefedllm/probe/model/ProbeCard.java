package io.safefedllm.probe.model;

import java.util.List;

/**
 * Where a probe comes from: what it learned from, how, and how well it does on updates it has not seen.
 *
 * @param toolVersion version of the program that trained it
 * @param seed seed of the split, the start and the orders
 * @param baseModel base model of the adapters, as their configuration names it; may be empty
 * @param recipes how the updates were made, each combination once: those of the calibration where there was one
 * @param sources which data sets, how many updates of each
 * @param views one entry per view, in the order of the views, then one per second opinion
 */
public record ProbeCard(
        String toolVersion,
        long seed,
        String baseModel,
        List<UpdateRecipe> recipes,
        List<SourceCount> sources,
        List<ViewCard> views) {
    /** Copies the lists. */
    public ProbeCard {
        recipes = List.copyOf(recipes);
        sources = List.copyOf(sources);
        views = List.copyOf(views);
    }

    /** Returns this card for updates that were made in other ways; a calibration states those it holds for (SF-13.5). */
    public ProbeCard withRecipes(List<UpdateRecipe> recipes) {
        return new ProbeCard(toolVersion, seed, baseModel, recipes, sources, views);
    }

    /** Returns this card with other entries for the views. */
    public ProbeCard withViews(List<ViewCard> views) {
        return new ProbeCard(toolVersion, seed, baseModel, recipes, sources, views);
    }
}
