package io.safefedllm.flower.link.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.MessageLite;
import io.safefedllm.flower.proto.AcquireTaskRequest;
import io.safefedllm.flower.proto.ClaimTaskRequest;
import io.safefedllm.flower.proto.GetRunRequest;
import io.safefedllm.flower.proto.ListAppsToLaunchRequest;
import io.safefedllm.flower.proto.PullPendingTasksRequest;
import io.safefedllm.flower.proto.RequestTokenRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SuperExecSecretTest {

    private static final Map<String, MessageLite> REQUESTS = Map.of(
            "ListAppsToLaunch", ListAppsToLaunchRequest.getDefaultInstance(),
            "RequestToken", RequestTokenRequest.getDefaultInstance(),
            "GetRun", GetRunRequest.getDefaultInstance(),
            "PullPendingTasks", PullPendingTasksRequest.getDefaultInstance(),
            "ClaimTask", ClaimTaskRequest.getDefaultInstance(),
            "AcquireTask", AcquireTaskRequest.getDefaultInstance());

    private static final byte[] SECRET =
            golden().path("secret_file_bytes").asText().getBytes(StandardCharsets.UTF_8);
    private static final InstantSource CLOCK =
            InstantSource.fixed(Instant.ofEpochSecond(golden().path("timestamp").asLong(), 999_999_999));

    static Stream<JsonNode> vectors() {
        return StreamSupport.stream(golden().path("vectors").spliterator(), false);
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void headers_ofFlowersRequest_areFlowersHeaders(JsonNode vector) throws Exception {
        String method = vector.path("method").asText();
        MessageLite request = Objects.requireNonNull(REQUESTS.get(method.substring(method.lastIndexOf('/') + 1)))
                .getParserForType()
                .parseFrom(HexFormat.of().parseHex(vector.path("request_hex").asText()));
        String nonce = golden().path("nonce").asText();

        RpcHeaders headers = SuperExecSecret.of(SECRET, CLOCK, () -> nonce).headers(method, request);

        assertThat(values(headers))
                .isEqualTo(Map.of(
                        "flwr-superexec-ts", golden().path("timestamp").asText(),
                        "flwr-superexec-nonce", nonce,
                        "flwr-superexec-body-sha256", vector.path("body_sha256").asText(),
                        "flwr-superexec-signature", vector.path("signature").asText()));
    }

    @Test
    void headers_ofTwoCalls_neverShareANonce() {
        SuperExecSecret secret = SuperExecSecret.of(SECRET, CLOCK);
        MessageLite request = PullPendingTasksRequest.getDefaultInstance();

        String first = values(secret.headers("/m", request)).get("flwr-superexec-nonce");
        String second = values(secret.headers("/m", request)).get("flwr-superexec-nonce");

        assertThat(first).matches("[0-9a-f]{32}").isNotEqualTo(second);
    }

    @Test
    void of_lineBreakAtTheEnd_isAnotherSecret() {
        byte[] longer = (golden().path("secret_file_bytes").asText() + "\n").getBytes(StandardCharsets.UTF_8);
        MessageLite request = PullPendingTasksRequest.getDefaultInstance();

        assertThat(values(SuperExecSecret.of(longer, CLOCK, () -> "n").headers("/m", request)))
                .isNotEqualTo(
                        values(SuperExecSecret.of(SECRET, CLOCK, () -> "n").headers("/m", request)));
    }

    @Test
    void of_noBytes_isRefused() {
        assertThatThrownBy(() -> SuperExecSecret.of(new byte[0], CLOCK)).hasMessageContaining("must not be empty");
    }

    @Test
    void toString_ofASecret_doesNotShowIt() {
        assertThat(SuperExecSecret.of(SECRET, CLOCK)).hasToString("a SuperExec secret");
    }

    private static Map<String, String> values(RpcHeaders headers) {
        return headers.entries().stream()
                .collect(Collectors.toMap(RpcHeaders.Header::name, header -> ((RpcHeaders.Text) header).value()));
    }

    private static JsonNode golden() {
        try (InputStream stream = SuperExecSecretTest.class.getResourceAsStream("/golden/superexec_hmac.json")) {
            return new ObjectMapper().readTree(Objects.requireNonNull(stream, "golden"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
