/**
 * A SuperLink inside this JVM: the same ports without a network.
 *
 * <p>In: runs submitted by the owner, messages from executors and nodes. Out: the same messages, by reference, with the ids
 * that they would have on the wire. Called by {@code flower.app} and by tests. Keeps nothing on disk and starts no thread.
 */
@NullMarked
package io.safefedllm.flower.link.embedded;

import org.jspecify.annotations.NullMarked;
