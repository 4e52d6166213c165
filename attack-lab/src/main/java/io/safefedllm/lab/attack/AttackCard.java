package io.safefedllm.lab.attack;

/**
 * What a user needs to know of an attack.
 *
 * @param name as it is given on the command line
 * @param parameters the parameters with their defaults, empty without any: {@code ratio=1}
 * @param summary one sentence
 * @param formula the rule of the attack catalogue
 */
public record AttackCard(String name, String parameters, String summary, String formula) {}
