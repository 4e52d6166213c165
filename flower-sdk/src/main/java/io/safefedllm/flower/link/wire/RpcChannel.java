package io.safefedllm.flower.link.wire;

import com.google.protobuf.MessageLite;
import io.safefedllm.flower.link.TransportException;

/**
 * Carries unary calls to one address. Thread-safe.
 *
 * <p>Makes each call once: repeating is decided above. All failures are {@link TransportException}s; an interrupt gives one
 * with {@code CANCELLED} and stays set.
 */
public interface RpcChannel extends AutoCloseable {

    /** Returns the answer, of the type of the call's response instance. */
    <R extends MessageLite> R call(RpcCall<R> call);

    /** Returns the scheme that an operator knows the transport by: {@code grpc} or {@code http}. */
    String transport();

    /** Ends calls under way and lets connections go. */
    @Override
    void close();
}
