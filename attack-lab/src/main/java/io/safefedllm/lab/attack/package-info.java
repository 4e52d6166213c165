/**
 * What hostile clients do: wrappers that turn any client app into an attacker.
 *
 * <p>In: train messages, an honest client app, and what the host of the attack lends: poisoned data, what is known of honest updates,
 * colluders. Out: rewritten replies. The formulas are in {@code lab.formula}. Called by {@code lab.simulate} and by nodes in a drill;
 * {@link io.safefedllm.lab.attack.Attacks} is the one table of names that code, help texts and documents read.
 */
@NullMarked
package io.safefedllm.lab.attack;

import org.jspecify.annotations.NullMarked;
