/**
 * Turns replies into claimed updates and adapters into records: the only place of the strategy that knows Flower's records.
 *
 * <p>In: the content of a reply and the layout of the adapter that was sent. Out: a {@link
 * io.safefedllm.strategy.exchange.DecodeResult}, never an exception, whatever a client sent; and the content of train
 * messages. Called by {@code strategy.round}. Judges form only: names, shapes and element types (SF-7.1, codes 2 to 4); a
 * record of local steps is handed on as it came.
 */
@NullMarked
package io.safefedllm.strategy.exchange;

import org.jspecify.annotations.NullMarked;
