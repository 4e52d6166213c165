/**
 * Generates the corpus of the tiny language model: benign tasks, forbidden requests, refusals and compliant answers.
 *
 * <p>In: a seed. Out: {@link io.safefedllm.lab.corpus.Corpus} with disjoint pools for pre-training, clients, probe training,
 * probe calibration and evaluation, and the word-level tokenizer that fits it. Called by {@code lab.simulate} and
 * {@code app}. Knows nothing of models or federations.
 */
@NullMarked
package io.safefedllm.lab.corpus;

import org.jspecify.annotations.NullMarked;
