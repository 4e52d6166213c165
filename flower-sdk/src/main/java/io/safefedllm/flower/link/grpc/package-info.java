/**
 * The wires over gRPC: executors up to 1.34, nodes up to 1.39.
 *
 * <p>In: calls of {@code flower.link.wire}. Out: unary gRPC calls by method name, without generated services, because one method name
 * has had two request types. One class for each executor generation. Called by {@code flower.app} to detect a SuperLink and open
 * links.
 *
 * <p>At level DEBUG the loggers under {@code io.grpc.netty} write every header, tokens of runs included; the command line never sets
 * them so low, and programs that use this library should not.
 */
@NullMarked
package io.safefedllm.flower.link.grpc;

import org.jspecify.annotations.NullMarked;
