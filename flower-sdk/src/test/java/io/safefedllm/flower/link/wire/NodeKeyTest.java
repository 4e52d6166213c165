package io.safefedllm.flower.link.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.safefedllm.flower.link.key.KeyFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class NodeKeyTest {

    @Test
    void headers_ofFlowersKey_areFlowersHeaders() throws Exception {
        JsonNode golden = golden();
        NodeKey node = NodeKey.of(KeyFiles.parse(
                golden.path("private_pkcs8_pem").asText().getBytes(StandardCharsets.US_ASCII), "golden"));
        String timestamp = golden.path("timestamp").asText();

        RpcHeaders headers = node.headers(OffsetDateTime.parse(timestamp).toInstant());

        RpcHeaders.Binary key = (RpcHeaders.Binary) headers.entries().get(0);
        RpcHeaders.Text time = (RpcHeaders.Text) headers.entries().get(1);
        RpcHeaders.Binary signature = (RpcHeaders.Binary) headers.entries().get(2);
        assertThat(new String(key.value(), StandardCharsets.US_ASCII))
                .isEqualTo(golden.path("public_pem").asText())
                .hasSize(golden.path("public_pem_bytes").asInt());
        assertThat(Base64.getEncoder().encodeToString(key.value()))
                .isEqualTo(golden.path("http_headers").path("flwr-public-key").asText());
        assertThat(time.value()).isEqualTo(timestamp);
        String signed = golden.path("signed_bytes_hex").asText();
        assertThat(HexFormat.of().formatHex(timestamp.getBytes(StandardCharsets.US_ASCII)))
                .isEqualTo(signed);
        assertThat(List.of(
                        HexFormat.of().formatHex(signature.value()),
                        golden.path("signature_rfc6979_der_hex").asText(),
                        golden.path("another_valid_signature_der_hex").asText()))
                .allSatisfy(der -> assertThat(verifies(golden, signed, der)).isTrue());
        assertThat(verifies(
                        golden,
                        signed.replace("3230", "3130"),
                        golden.path("signature_rfc6979_der_hex").asText()))
                .isFalse();
    }

    private static boolean verifies(JsonNode golden, String signedHex, String der) throws GeneralSecurityException {
        Signature verifier = Signature.getInstance("SHA256withECDSA");
        verifier.initVerify(publicKey(golden.path("public_pem").asText()));
        verifier.update(HexFormat.of().parseHex(signedHex));
        return verifier.verify(HexFormat.of().parseHex(der));
    }

    @Test
    void headers_ofAGeneratedKey_verify() throws Exception {
        NodeKey node = NodeKey.generate();

        RpcHeaders headers = node.headers(Instant.parse("2026-01-02T03:04:05.000006Z"));

        RpcHeaders.Text timestamp = (RpcHeaders.Text) headers.entries().get(1);
        RpcHeaders.Binary signature = (RpcHeaders.Binary) headers.entries().get(2);
        assertThat(timestamp.value()).isEqualTo("2026-01-02T03:04:05.000006+00:00");
        Signature verifier = Signature.getInstance("SHA256withECDSA");
        verifier.initVerify(publicKey(new String(node.publicPem(), StandardCharsets.US_ASCII)));
        verifier.update(timestamp.value().getBytes(StandardCharsets.US_ASCII));
        assertThat(verifier.verify(signature.value())).isTrue();
        assertThat(headers).hasToString("[flwr-public-key, flwr-timestamp, flwr-signature]");
    }

    @Test
    void of_aKeyOnAnotherCurve_isRefused() throws Exception {
        KeyPair pair = anyPair("secp256r1");

        assertThatThrownBy(() -> NodeKey.of(pair)).hasMessageContaining("P-384");
    }

    private static KeyPair anyPair(String curve) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new java.security.spec.ECGenParameterSpec(curve));
        return generator.generateKeyPair();
    }

    private static PublicKey publicKey(String pem) throws GeneralSecurityException {
        String body = pem.replaceAll("-----[A-Z ]+-----", "").replace("\n", "");
        return KeyFactory.getInstance("EC")
                .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(body)));
    }

    private static JsonNode golden() throws IOException {
        try (InputStream stream = NodeKeyTest.class.getResourceAsStream("/golden/node_auth.json")) {
            return new ObjectMapper().readTree(Objects.requireNonNull(stream, "golden"));
        }
    }
}
