/**
 * What the adapters of all generations share: calls with retries, object transfer, the node's key, and the ports built from
 * them.
 *
 * <p>In: an {@link io.safefedllm.flower.link.wire.RpcChannel} of a transport and the
 * {@link io.safefedllm.flower.link.wire.ExecutorDialect} of a generation. Out: {@link io.safefedllm.flower.link.RunLink} and
 * {@link io.safefedllm.flower.link.NodeLink}. Called by {@code flower.link.grpc}, {@code flower.link.http} and, to put a link
 * together, {@code flower.app}. Knows protobuf but neither gRPC nor HTTP; time, chance and pauses are handed in.
 */
@NullMarked
package io.safefedllm.flower.link.wire;

import org.jspecify.annotations.NullMarked;
