package io.safefedllm.it.relay;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Grpc;
import io.grpc.HandlerRegistry;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Passes on unary gRPC calls of any name, whatever their messages are. */
final class GrpcRelay implements Relay {

    private final Transcript transcript = new Transcript();
    private final ManagedChannel onward;
    private final Server server;

    GrpcRelay(String superLink) throws IOException {
        this.onward = Grpc.newChannelBuilder(superLink, InsecureChannelCredentials.create())
                .maxInboundMessageSize(Integer.MAX_VALUE)
                .disableRetry()
                .build();
        this.server = NettyServerBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), InsecureServerCredentials.create())
                .maxInboundMessageSize(Integer.MAX_VALUE)
                .fallbackHandlerRegistry(new AnyMethod(new Passing(onward, transcript)))
                .build()
                .start();
    }

    @Override
    public String address() {
        return "127.0.0.1:" + server.getPort();
    }

    @Override
    public Transcript transcript() {
        return transcript;
    }

    @Override
    public void close() {
        server.shutdownNow();
        onward.shutdownNow();
    }

    /** Knows every method by its name. */
    private static final class AnyMethod extends HandlerRegistry {
        private final Passing passing;

        AnyMethod(Passing passing) {
            this.passing = passing;
        }

        @Override
        public ServerMethodDefinition<?, ?> lookupMethod(String name, @Nullable String authority) {
            MethodDescriptor<byte[], byte[]> method = MethodDescriptor.<byte[], byte[]>newBuilder()
                    .setType(MethodDescriptor.MethodType.UNARY)
                    .setFullMethodName(name)
                    .setRequestMarshaller(new Untouched())
                    .setResponseMarshaller(new Untouched())
                    .build();
            return ServerMethodDefinition.create(method, passing);
        }
    }

    private record Passing(Channel onward, Transcript transcript) implements ServerCallHandler<byte[], byte[]> {

        @Override
        public ServerCall.Listener<byte[]> startCall(ServerCall<byte[], byte[]> call, Metadata headers) {
            MethodDescriptor<byte[], byte[]> method = call.getMethodDescriptor();
            Channel same = ClientInterceptors.intercept(onward, MetadataUtils.newAttachHeadersInterceptor(headers));
            return ServerCalls.asyncUnaryCall((byte[] request, StreamObserver<byte[]> back) -> {
                        Transcript.Entry entry = transcript.open(name(method), request);
                        ClientCalls.asyncUnaryCall(
                                same.newCall(method, CallOptions.DEFAULT), request, new Answering(entry, back));
                    })
                    .startCall(call, headers);
        }

        private static String name(MethodDescriptor<?, ?> method) {
            return method.getFullMethodName().replace("flwr.proto.", "");
        }
    }

    private record Answering(Transcript.Entry entry, StreamObserver<byte[]> back) implements StreamObserver<byte[]> {

        @Override
        public void onNext(byte[] answer) {
            entry.answered(answer);
            back.onNext(answer);
        }

        @Override
        public void onError(Throwable refusal) {
            entry.refused();
            back.onError(refusal);
        }

        @Override
        public void onCompleted() {
            back.onCompleted();
        }
    }

    /** Messages as the bytes that they are. */
    private static final class Untouched implements MethodDescriptor.Marshaller<byte[]> {

        @Override
        public InputStream stream(byte[] message) {
            return new ByteArrayInputStream(message);
        }

        @Override
        public byte[] parse(InputStream message) {
            try {
                return message.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
