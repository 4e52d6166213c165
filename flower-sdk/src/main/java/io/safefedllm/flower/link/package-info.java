/**
 * The ports between Flower apps and whatever carries their messages: a SuperLink of any generation, or this JVM.
 *
 * <p>In: {@link io.safefedllm.flower.message.Message}s of a run or for a node. Out: the same on the other side.
 * {@link RunLink} claims and drives runs, {@link NodeLink} is a node, {@link ObjectLink} moves content-addressed
 * objects for both, {@link Grid} is what a server app sees of its run. Implemented by {@code flower.link.grpc}, {@code flower.link.http}
 * and {@code flower.link.embedded}; called by {@code flower.app} and by server apps (only {@link Grid}). Free of
 * gRPC, HTTP and protobuf types.
 */
@NullMarked
package io.safefedllm.flower.link;

import org.jspecify.annotations.NullMarked;
