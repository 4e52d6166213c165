/**
 * Whole experiments in one JVM: pre-training the tiny model, making labelled updates for a probe, and federations with honest and
 * hostile clients under several defences.
 *
 * <p>In: settings, a model directory, a probe file. Out: model directories, labelled updates, and the files of a simulation. Called
 * by {@code app} and by tests.
 */
@NullMarked
package io.safefedllm.lab.simulate;

import org.jspecify.annotations.NullMarked;
