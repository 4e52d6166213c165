/**
 * The matrix of attacks against defences: which cells there are, running them one by one, and the page that shows them.
 *
 * <p>In: lists of attacks, arms, shares and seeds. Out: a file for each finished cell, and a page in Markdown. Called by {@code app}.
 */
@NullMarked
package io.safefedllm.lab.scenario;

import org.jspecify.annotations.NullMarked;
