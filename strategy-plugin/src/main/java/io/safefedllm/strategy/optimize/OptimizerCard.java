package io.safefedllm.strategy.optimize;

/**
 * One row of the table of server optimisers (BL-3 to BL-6) that help texts and documents print.
 *
 * @param name the name in the settings
 * @param summary what it does, one line
 * @param paper where it comes from
 */
public record OptimizerCard(String name, String summary, String paper) {}
