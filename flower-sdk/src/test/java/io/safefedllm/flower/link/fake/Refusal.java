package io.safefedllm.flower.link.fake;

/** A call that a {@link FakeSuperLink} refuses. */
final class Refusal extends RuntimeException {

    final io.grpc.Status.Code code;
    final int httpStatus;

    private Refusal(io.grpc.Status.Code code, int httpStatus, String message) {
        super(message);
        this.code = code;
        this.httpStatus = httpStatus;
    }

    static Refusal unauthenticated() {
        return new Refusal(io.grpc.Status.Code.UNAUTHENTICATED, 401, "Authentication failed.");
    }

    static Refusal unsigned() {
        return new Refusal(io.grpc.Status.Code.UNAUTHENTICATED, 401, "Missing authentication metadata");
    }

    static Refusal outOfTime() {
        return new Refusal(io.grpc.Status.Code.UNAUTHENTICATED, 401, "Invalid timestamp");
    }

    static Refusal denied(String message) {
        return new Refusal(io.grpc.Status.Code.PERMISSION_DENIED, 403, message);
    }

    static Refusal precondition(String message) {
        return new Refusal(io.grpc.Status.Code.FAILED_PRECONDITION, 412, message);
    }

    static Refusal unknownMethod() {
        return new Refusal(io.grpc.Status.Code.UNIMPLEMENTED, 404, "Not Found");
    }

    static Refusal failed(String message) {
        return new Refusal(io.grpc.Status.Code.INTERNAL, 500, message);
    }

    static Refusal unavailable() {
        return new Refusal(io.grpc.Status.Code.UNAVAILABLE, 503, "try again");
    }
}
