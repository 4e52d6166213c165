package io.safefedllm.flower.link.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import java.util.Base64;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class NodeKeyTest {

    @Test
    void publicPem_ofFlowersKey_isFlowersText() throws Exception {
        JsonNode golden = golden();
        String pem = golden.findValue("public_pem").asText();
        PublicKey key = publicKey(pem);

        NodeKey node =
                NodeKey.of(new KeyPair(key, NodeKeyTest.anyPair("secp384r1").getPrivate()));

        assertThat(new String(node.publicPem(), StandardCharsets.US_ASCII)).isEqualTo(pem);
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
