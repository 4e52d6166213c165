/**
 * Where settings come from: options, environment variables, a TOML file, and the order in which they win.
 *
 * <p>In: text typed by people. Out: flat maps of settings, keys as in Flower's run configuration. Called by the verbs. What a
 * setting means is decided by the part that owns it.
 */
@NullMarked
package io.safefedllm.app.config;

import org.jspecify.annotations.NullMarked;
