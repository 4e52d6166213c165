package io.safefedllm.flower.link.grpc;

import io.grpc.StatusRuntimeException;
import io.safefedllm.flower.link.Causes;
import io.safefedllm.flower.link.SuperLinkAddress;
import io.safefedllm.flower.link.TransportException;
import io.safefedllm.flower.link.TransportException.Status;
import io.safefedllm.flower.link.tls.TlsFailures;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.Optional;

/** gRPC's failures in the words of {@link TransportException}. */
final class GrpcFailures {

    private static final int LONGEST_DETAIL = 300;

    private GrpcFailures() {}

    static TransportException translate(StatusRuntimeException e, SuperLinkAddress address, String call) {
        io.grpc.Status status = e.getStatus();
        boolean sent = !(Causes.has(e, ConnectException.class) || Causes.has(e, UnknownHostException.class));
        Optional<String> tls = TlsFailures.explain(e);
        if (status.getCode() == io.grpc.Status.Code.UNAVAILABLE && tls.isPresent()) {
            return new TransportException(Status.TLS, "the server at " + address + ": " + tls.get(), false, e);
        }
        String text = call + " at " + address + ": " + status.getCode() + " " + detail(e);
        return new TransportException(translate(status.getCode()), text, sent, e);
    }

    private static Status translate(io.grpc.Status.Code code) {
        return switch (code) {
            case UNAVAILABLE -> Status.UNAVAILABLE;
            case DEADLINE_EXCEEDED -> Status.DEADLINE_EXCEEDED;
            case UNAUTHENTICATED -> Status.UNAUTHENTICATED;
            case PERMISSION_DENIED -> Status.PERMISSION_DENIED;
            case FAILED_PRECONDITION -> Status.FAILED_PRECONDITION;
            case INVALID_ARGUMENT -> Status.INVALID_ARGUMENT;
            case UNIMPLEMENTED -> Status.UNIMPLEMENTED;
            case CANCELLED -> Status.CANCELLED;
            default -> Status.INTERNAL;
        };
    }

    private static String detail(StatusRuntimeException e) {
        String description = e.getStatus().getDescription();
        Throwable cause = rootCause(e);
        String text = description == null ? "" : description.strip();
        if (cause != e && cause.getMessage() != null) {
            text = text.isEmpty() ? cause.getMessage() : text + " (" + cause.getMessage() + ")";
        }
        String line = text.replaceAll("\\s+", " ");
        return line.length() <= LONGEST_DETAIL ? line : line.substring(0, LONGEST_DETAIL);
    }

    private static Throwable rootCause(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }
}
