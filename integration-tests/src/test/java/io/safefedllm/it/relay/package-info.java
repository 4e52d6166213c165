/**
 * Stands between an executor and a SuperLink and writes down what they say to each other.
 *
 * <p>In: the address of a SuperLink and whoever is told a relay's address in its place. Out: the {@link
 * io.safefedllm.it.relay.Course} of what was called, which two executors can be compared by. Called only by the integration tests.
 */
@NullMarked
package io.safefedllm.it.relay;

import org.jspecify.annotations.NullMarked;
