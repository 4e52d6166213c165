package io.safefedllm.flower.link.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.safefedllm.flower.link.SuperLinkAddress;
import io.safefedllm.flower.link.TransportException;
import io.safefedllm.flower.link.TransportException.Status;
import io.safefedllm.flower.link.tls.ConnectionSecurity;
import io.safefedllm.flower.link.wire.RpcCall;
import io.safefedllm.flower.link.wire.RpcHeaders;
import io.safefedllm.flower.proto.SendTaskHeartbeatRequest;
import io.safefedllm.flower.proto.SendTaskHeartbeatResponse;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class HttpChannelTest {

    @Test
    @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void call_answerThatNeverEnds_isGivenUp() throws IOException {
        try (StalledServer server = new StalledServer();
                HttpChannel channel = HttpChannel.open(server.address(), ConnectionSecurity.plaintext())) {
            RpcCall<SendTaskHeartbeatResponse> call = new RpcCall<>(
                    "Runtime",
                    "SendTaskHeartbeat",
                    SendTaskHeartbeatRequest.getDefaultInstance(),
                    SendTaskHeartbeatResponse.getDefaultInstance(),
                    RpcHeaders.none(),
                    Duration.ofMillis(500));

            assertThatThrownBy(() -> channel.call(call))
                    .isInstanceOfSatisfying(TransportException.class, e -> assertThat(e.status())
                            .isEqualTo(Status.DEADLINE_EXCEEDED))
                    .hasMessageContaining("nothing came or went for 0.5 s; look whether the SuperLink is overloaded");
        }
    }

    @Test
    void connectionFailure_whatIsNoneOfTheConnection_isThrownAsItIs() {
        IOException reset = new IOException("reset");
        OutOfMemoryError memory = new OutOfMemoryError("heap");

        assertThat(HttpChannel.connectionFailure(reset)).isSameAs(reset);
        assertThatThrownBy(() -> HttpChannel.connectionFailure(memory)).isSameAs(memory);
    }

    @Test
    void connectionFailure_answerThatTheClientCannotRead_isAnotherProtocol() {
        NumberFormatException length = new NumberFormatException("For input string: \"x\"");

        TransportException failure = HttpFailures.translate(
                HttpChannel.connectionFailure(length), SuperLinkAddress.parse("127.0.0.1:8000"), "PullMessages");

        assertThat(failure.status()).isEqualTo(TransportException.Status.PROTOCOL);
        assertThat(failure).hasMessageContaining("PullMessages", "127.0.0.1:8000", "cannot be read");
    }
}
