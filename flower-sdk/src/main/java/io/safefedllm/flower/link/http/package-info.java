/**
 * The wires over HTTP/1.1: executors since 1.35, nodes since 1.40.
 *
 * <p>In: calls of {@code flower.link.wire}. Out: {@code POST} requests with protobuf bodies through {@code java.net.http}. One class
 * for each executor generation. Called by {@code flower.app} to detect a SuperLink and open links.
 */
@NullMarked
package io.safefedllm.flower.link.http;

import org.jspecify.annotations.NullMarked;
