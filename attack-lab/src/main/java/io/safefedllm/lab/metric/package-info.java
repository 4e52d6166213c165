/**
 * Measures a federation: safe answers, useful answers, and who held the weight.
 *
 * <p>In: answers of a model, weights of the clients by round. Out: percentages from 0 to 100, shares and weights from 0 to 1.
 * Called by {@code lab.simulate}. Pure arithmetic; knows nothing of models or files.
 */
@NullMarked
package io.safefedllm.lab.metric;

import org.jspecify.annotations.NullMarked;
