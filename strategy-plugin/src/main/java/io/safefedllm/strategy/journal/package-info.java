/**
 * What was decided in a run and why: the reports of a round, and the file of chained JSON lines that keeps them.
 *
 * <p>In: a {@link io.safefedllm.strategy.journal.RoundReport} a round, from {@code strategy.round}. Out: a journal, and a
 * {@link io.safefedllm.strategy.journal.JournalReader} that checks it. Decides nothing; knows nothing of the network.
 */
@NullMarked
package io.safefedllm.strategy.journal;

import org.jspecify.annotations.NullMarked;
