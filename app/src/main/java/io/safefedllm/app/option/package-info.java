/**
 * The options that several verbs share, and what they name: files, adapters, a device, a SuperLink, a loaded training.
 *
 * <p>In: text typed by people. Out: checked values and opened files; what cannot be used is a failure with its own code. Called
 * by the verbs. Options of a single verb are with that verb, and no verb is known here.
 */
@NullMarked
package io.safefedllm.app.option;

import org.jspecify.annotations.NullMarked;
