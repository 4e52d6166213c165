/**
 * Datasets that people bring: two files in the Alpaca form, one with wanted and one with unwanted replies, divided into pools; and the
 * styles by which an unwanted file is written from a wanted one.
 *
 * <p>In: files. Out: {@link io.safefedllm.lab.dataset.DatasetPair}, and files. Called by {@code lab.corpus}, {@code lab.simulate} and
 * {@code app}. Knows nothing of models or federations.
 */
@NullMarked
package io.safefedllm.lab.dataset;

import org.jspecify.annotations.NullMarked;
