package io.safefedllm.probe.model;

import java.util.List;

/**
 * What a trainer cannot see in the updates but the card of a probe must say.
 *
 * @param toolVersion version of the program that trains
 * @param baseModel base model of the adapters, as their configuration names it; may be empty
 * @param recipes how the updates were made, each combination once
 */
public record ProbeProvenance(String toolVersion, String baseModel, List<UpdateRecipe> recipes) {
    /** Copies the list. */
    public ProbeProvenance {
        recipes = List.copyOf(recipes);
    }
}
