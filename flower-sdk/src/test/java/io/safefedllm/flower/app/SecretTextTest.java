package io.safefedllm.flower.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.flower.link.RunClaim;
import io.safefedllm.flower.link.TestMessages;
import io.safefedllm.flower.link.key.KeyFiles;
import io.safefedllm.flower.link.wire.LauncherAuth;
import io.safefedllm.flower.link.wire.RpcCall;
import io.safefedllm.flower.link.wire.RpcHeaders;
import io.safefedllm.flower.link.wire.SuperExecSecret;
import io.safefedllm.flower.proto.PullAppInputsRequest;
import io.safefedllm.flower.proto.PullAppInputsResponse;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The text form of whatever holds a secret, a token or a key: it ends up in logs sooner or later. */
class SecretTextTest {

    private static final String SECRET = "0123456789abcdef";
    private static final byte[] SECRET_BYTES = SECRET.getBytes(StandardCharsets.US_ASCII);
    private static final KeyPair KEYS = KeyFiles.generate();

    static Stream<Named<Object>> holders() {
        SuperLinkOptions options =
                SuperLinkOptions.defaults().withSuperExecSecret(SECRET_BYTES).withNodeKey(KEYS);
        LauncherAuth auth = SuperExecSecret.of(SECRET_BYTES, TestMessages.clock());
        RpcHeaders headers = RpcHeaders.none().text("flwr-task-token", SECRET).binary("key", SECRET_BYTES);
        RpcCall<PullAppInputsResponse> call = new RpcCall<>(
                "ServerAppIo",
                "PullAppInputs",
                PullAppInputsRequest.newBuilder().setToken(SECRET).build(),
                PullAppInputsResponse.getDefaultInstance(),
                headers,
                Duration.ofSeconds(1));
        RunClaim claim = RunClaim.of("grpc-classic", 7, SECRET).build();
        return Stream.of(
                Named.of("options", options),
                Named.of("identity", options.identity()),
                Named.of("secret", auth),
                Named.of("headers", headers),
                Named.of("one header", headers.entries().get(0)),
                Named.of("call", call),
                Named.of("claim", claim),
                Named.of("kept run", KeptRun.of(claim)));
    }

    @ParameterizedTest
    @MethodSource("holders")
    void toString_ofWhateverHoldsASecret_doesNotShowIt(Object holder) {
        ECPrivateKey key = (ECPrivateKey) KEYS.getPrivate();

        assertThat(holder.toString())
                .isNotEmpty()
                .doesNotContain(SECRET, Base64.getEncoder().encodeToString(SECRET_BYTES))
                .doesNotContain(Arrays.toString(SECRET_BYTES))
                .doesNotContainIgnoringCase(HexFormat.of().formatHex(SECRET_BYTES))
                .doesNotContain(key.getS().toString(), Base64.getEncoder().encodeToString(key.getEncoded()))
                .doesNotContainIgnoringCase(key.getS().toString(16));
    }
}
