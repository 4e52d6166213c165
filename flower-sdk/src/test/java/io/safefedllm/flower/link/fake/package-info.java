/**
 * A SuperLink for tests that speaks the wire: the state behind the API, and a gRPC and an HTTP front on 127.0.0.1.
 *
 * <p>Follows what PROTOCOL says of 1.29 and 1.40, independently of the code under test: objects are checked on arrival, sessions
 * are enforced, signatures are verified.
 */
@NullMarked
package io.safefedllm.flower.link.fake;

import org.jspecify.annotations.NullMarked;
