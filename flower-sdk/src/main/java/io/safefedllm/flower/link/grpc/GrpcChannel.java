package io.safefedllm.flower.link.grpc;

import com.google.protobuf.MessageLite;
import io.grpc.CallOptions;
import io.grpc.ChannelCredentials;
import io.grpc.ClientInterceptors;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.safefedllm.flower.link.SuperLinkAddress;
import io.safefedllm.flower.link.tls.ConnectionSecurity;
import io.safefedllm.flower.link.tls.TrustRoots;
import io.safefedllm.flower.link.wire.RpcCall;
import io.safefedllm.flower.link.wire.RpcChannel;
import io.safefedllm.flower.link.wire.RpcHeaders;
import java.util.concurrent.TimeUnit;

/**
 * Calls over gRPC.
 *
 * <p>No keep-alive pings: a SuperLink answers those that come more often than every five minutes with a closed connection. Owns its
 * connection.
 */
public final class GrpcChannel implements RpcChannel {

    private static final String PACKAGE = "flwr.proto.";

    private final SuperLinkAddress address;
    private final ManagedChannel channel;

    private GrpcChannel(SuperLinkAddress address, ChannelCredentials credentials) {
        this.address = address;
        this.channel = Grpc.newChannelBuilderForAddress(address.host(), address.port(), credentials)
                .maxInboundMessageSize(Integer.MAX_VALUE)
                .disableRetry()
                .build();
    }

    /** Opens a channel; connects at the first call. */
    public static GrpcChannel open(SuperLinkAddress address, ConnectionSecurity security) {
        return new GrpcChannel(
                address, security.roots().map(GrpcChannel::tls).orElseGet(InsecureChannelCredentials::create));
    }

    private static ChannelCredentials tls(TrustRoots roots) {
        return TlsChannelCredentials.newBuilder().trustManager(roots.manager()).build();
    }

    @Override
    public <R extends MessageLite> R call(RpcCall<R> call) {
        MethodDescriptor<MessageLite, R> method = MethodDescriptor.<MessageLite, R>newBuilder()
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(PACKAGE + call.name())
                .setRequestMarshaller(new ProtobufMarshaller<>(call.request()))
                .setResponseMarshaller(new ProtobufMarshaller<>(call.response()))
                .build();
        CallOptions options =
                CallOptions.DEFAULT.withDeadlineAfter(call.timeout().toNanos(), TimeUnit.NANOSECONDS);
        try {
            return ClientCalls.blockingUnaryCall(
                    ClientInterceptors.intercept(
                            channel, MetadataUtils.newAttachHeadersInterceptor(metadata(call.headers()))),
                    method,
                    options,
                    call.request());
        } catch (StatusRuntimeException e) {
            throw GrpcFailures.translate(e, address, call.name());
        }
    }

    @Override
    public String transport() {
        return "grpc";
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }

    private static Metadata metadata(RpcHeaders headers) {
        Metadata metadata = new Metadata();
        for (RpcHeaders.Header header : headers.entries()) {
            if (header instanceof RpcHeaders.Text text) {
                metadata.put(Metadata.Key.of(text.name(), Metadata.ASCII_STRING_MARSHALLER), text.value());
            } else if (header instanceof RpcHeaders.Binary binary) {
                metadata.put(
                        Metadata.Key.of(binary.name() + Metadata.BINARY_HEADER_SUFFIX, Metadata.BINARY_BYTE_MARSHALLER),
                        binary.value());
            }
        }
        return metadata;
    }
}
