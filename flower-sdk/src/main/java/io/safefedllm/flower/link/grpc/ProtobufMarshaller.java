package io.safefedllm.flower.link.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.InputStream;

/** Messages of one type to bytes and back. Immutable. */
final class ProtobufMarshaller<M extends MessageLite> implements MethodDescriptor.Marshaller<M> {

    private final M instance;

    /** Makes the marshaller of the type that {@code instance} has. */
    ProtobufMarshaller(M instance) {
        this.instance = instance;
    }

    @Override
    public InputStream stream(M message) {
        return new ByteArrayInputStream(message.toByteArray());
    }

    @Override
    public M parse(InputStream stream) {
        try {
            @SuppressWarnings("unchecked") // A message's parser makes messages of its own type.
            M message = (M) instance.getParserForType().parseFrom(stream);
            return message;
        } catch (InvalidProtocolBufferException e) {
            throw Status.INTERNAL
                    .withDescription("the answer is not the protobuf message that was expected")
                    .withCause(e)
                    .asRuntimeException();
        }
    }
}
