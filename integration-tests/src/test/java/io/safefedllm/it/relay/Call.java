package io.safefedllm.it.relay;

/**
 * One call.
 *
 * @param method service and method, as gRPC names them: {@code ServerAppIo/PushMessages}
 * @param kind what was sent or what came back, in words; empty where there is nothing to tell apart
 */
public record Call(String method, String kind) {

    String methodName() {
        return method.substring(method.indexOf('/') + 1);
    }

    @Override
    public String toString() {
        return kind.isEmpty() ? methodName() : methodName() + " (" + kind + ")";
    }
}
