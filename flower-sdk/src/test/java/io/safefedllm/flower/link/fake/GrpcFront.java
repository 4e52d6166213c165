package io.safefedllm.flower.link.fake;

import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerCredentials;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.safefedllm.flower.link.SuperLinkAddress;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code /flwr.proto.<Service>/<Method>} over gRPC, without generated services. */
public final class GrpcFront implements Front {

    private final Server server;

    /** Starts a server on a free port. */
    public GrpcFront(FakeSuperLink superLink, ServerCredentials credentials) throws IOException {
        InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        this.server = NettyServerBuilder.forAddress(loopback, credentials)
                .maxInboundMessageSize(Integer.MAX_VALUE)
                .fallbackHandlerRegistry(new AnyMethod(superLink))
                .build()
                .start();
    }

    @Override
    public SuperLinkAddress address() {
        return new SuperLinkAddress("127.0.0.1", server.getPort());
    }

    @Override
    public void close() {
        server.shutdownNow();
    }

    /** Knows every method by its name. */
    private static final class AnyMethod extends HandlerRegistry {
        private final FakeSuperLink superLink;

        AnyMethod(FakeSuperLink superLink) {
            this.superLink = superLink;
        }

        @Override
        public ServerMethodDefinition<?, ?> lookupMethod(String name, @Nullable String authority) {
            MethodDescriptor<byte[], byte[]> method = MethodDescriptor.<byte[], byte[]>newBuilder()
                    .setType(MethodDescriptor.MethodType.UNARY)
                    .setFullMethodName(name)
                    .setRequestMarshaller(new Bytes())
                    .setResponseMarshaller(new Bytes())
                    .build();
            return ServerMethodDefinition.create(method, new Handler(superLink, name));
        }
    }

    private record Handler(FakeSuperLink superLink, String name) implements ServerCallHandler<byte[], byte[]> {

        @Override
        public ServerCall.Listener<byte[]> startCall(ServerCall<byte[], byte[]> call, Metadata headers) {
            call.request(2);
            return new ServerCall.Listener<>() {
                @Override
                public void onMessage(byte[] request) {
                    answer(call, headers, request);
                }
            };
        }

        private void answer(ServerCall<byte[], byte[]> call, Metadata headers, byte[] request) {
            String[] path = name.replace("flwr.proto.", "").split("/", 2);
            try {
                byte[] answer = superLink
                        .call(path[0], path[1], request, caller(headers))
                        .toByteArray();
                call.sendHeaders(new Metadata());
                call.sendMessage(answer);
                call.close(Status.OK, new Metadata());
            } catch (Refusal e) {
                call.close(Status.fromCode(e.code).withDescription(e.getMessage()), new Metadata());
            } catch (RuntimeException | AssertionError e) {
                call.close(Status.UNKNOWN.withDescription(String.valueOf(e)), new Metadata());
            }
        }

        private static Caller caller(Metadata headers) {
            Map<String, String> texts = new LinkedHashMap<>();
            Map<String, Caller.BinaryHeader> binaries = new LinkedHashMap<>();
            for (String key : headers.keys()) {
                if (key.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
                    byte[] value = headers.get(Metadata.Key.of(key, Metadata.BINARY_BYTE_MARSHALLER));
                    if (value != null) {
                        binaries.put(key.substring(0, key.length() - 4), new Caller.BinaryHeader(value));
                    }
                } else {
                    String value = headers.get(Metadata.Key.of(key, Metadata.ASCII_STRING_MARSHALLER));
                    if (value != null) {
                        texts.put(key, value);
                    }
                }
            }
            return new Caller(texts, binaries);
        }
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
