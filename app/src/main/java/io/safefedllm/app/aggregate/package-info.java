/**
 * The verb {@code aggregate}: merges adapters by one of the rules that the server uses.
 *
 * <p>In: adapter directories of one shape. Out: one merged adapter directory. Reads one adapter at a time. The rules themselves
 * are those of {@code strategy.aggregate}.
 */
@NullMarked
package io.safefedllm.app.aggregate;

import org.jspecify.annotations.NullMarked;
