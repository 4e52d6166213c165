/**
 * A SuperLink for tests that speaks the wire: the state behind the API, and a gRPC and an HTTP front on 127.0.0.1.
 *
 * <p>Follows what PROTOCOL says of each generation, independently of the code under test: objects are checked on arrival, sessions
 * are enforced, signatures are verified.
 */
@NullMarked
package io.safefedllm.flower.link.fake;

import org.jspecify.annotations.NullMarked;
