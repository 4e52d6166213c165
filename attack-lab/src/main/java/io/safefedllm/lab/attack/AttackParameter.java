package io.safefedllm.lab.attack;

/**
 * A parameter of an attack, as AT-1 to AT-21 name them.
 *
 * @param name as in {@code NAME:parameter=value}
 * @param fallback the value of an attack that is named without it
 * @param meaning one phrase, with the values that it can take
 */
public record AttackParameter(String name, String fallback, String meaning) {}
