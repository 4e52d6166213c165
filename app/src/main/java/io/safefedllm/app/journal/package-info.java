/**
 * The verbs {@code journal} and {@code report}: what has happened in runs, checked, told in words and drawn.
 *
 * <p>In: run directories. Out: findings about a journal, its rounds and clients as text or JSON, a page of HTML. Writes no
 * journal; that is done by {@code strategy.journal}.
 */
@NullMarked
package io.safefedllm.app.journal;

import org.jspecify.annotations.NullMarked;
