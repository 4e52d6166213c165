/**
 * The root of the command line: the list of all verbs, what they have in common, and the list of settings.
 *
 * <p>In: the arguments that belong to no single verb. Out: {@link io.safefedllm.app.command.RootCommand}, from which picocli
 * finds every verb. Each verb has a package of its own name. The only package that knows them all; no verb knows it.
 */
@NullMarked
package io.safefedllm.app.command;

import org.jspecify.annotations.NullMarked;
