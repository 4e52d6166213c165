/**
 * The verb {@code probe}: trains, calibrates and shows the probes that tell harmful updates from benign ones.
 *
 * <p>In: labelled updates and the settings of training and calibration. Out: a probe file and a description of it.
 */
@NullMarked
package io.safefedllm.app.probe;

import org.jspecify.annotations.NullMarked;
