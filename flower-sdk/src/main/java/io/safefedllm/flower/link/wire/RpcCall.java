package io.safefedllm.flower.link.wire;

import com.google.protobuf.MessageLite;
import java.time.Duration;

/**
 * One unary call.
 *
 * @param service the service without package, for example {@code Fleet}
 * @param method the method, for example {@code PullMessages}
 * @param request what to send
 * @param response an instance of the type that comes back
 * @param headers what to send beside the request
 * @param timeout how long to wait for the answer
 */
public record RpcCall<R extends MessageLite>(
        String service, String method, MessageLite request, R response, RpcHeaders headers, Duration timeout) {

    /** Returns {@code service/method}, for messages. */
    public String name() {
        return service + "/" + method;
    }

    /** Shows the name only: requests and headers may hold a token. */
    @Override
    public String toString() {
        return name();
    }
}
