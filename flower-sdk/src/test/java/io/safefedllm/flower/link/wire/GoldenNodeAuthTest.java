package io.safefedllm.flower.link.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.safefedllm.flower.record.GoldenFiles;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every value of {@code node_auth.json}; a value without a check here fails. */
class GoldenNodeAuthTest {

    private static final JsonNode GOLDEN = GoldenFiles.read("node_auth.json");

    static List<String> values() {
        return GoldenFiles.names(GOLDEN);
    }

    @ParameterizedTest
    @MethodSource("values")
    void nodeKey_everyValue_isFlowers(String name) throws GeneralSecurityException {
        JsonNode value = GOLDEN.get(name);
        switch (name) {
            case "equal_in" -> assertThat(value).isNotEmpty();
            case "curve" ->
                assertThat(privateKey().getParams().getCurve().getField().getFieldSize())
                        .isEqualTo(Integer.parseInt(value.textValue().substring(2)));
            case "private_scalar_hex" ->
                assertThat(privateKey().getS().toString(16))
                        .isEqualTo(value.textValue().replaceFirst("^0+", ""));
            case "private_pkcs8_pem" ->
                assertThat(verifies(binary("flwr-signature"), signed())).isTrue();
            case "public_pem" ->
                assertThat(new String(node().publicPem(), StandardCharsets.US_ASCII))
                        .isEqualTo(value.textValue());
            case "public_pem_bytes" -> assertThat(node().publicPem()).hasSize(value.intValue());
            case "public_openssh" -> assertThat(openSsh()).isEqualTo(value.textValue());
            case "timestamp" -> assertThat(text("flwr-timestamp")).isEqualTo(value.textValue());
            case "signed_bytes_hex" ->
                assertThat(HexFormat.of().formatHex(text("flwr-timestamp").getBytes(StandardCharsets.US_ASCII)))
                        .isEqualTo(value.textValue());
            case "signature_rfc6979_der_hex", "another_valid_signature_der_hex" ->
                assertThat(verifies(value)).isTrue();
            case "flwr_verify" -> assertThat(verdicts()).isEqualTo(value.toString());
            case "grpc_metadata" -> assertThat(names("-bin")).containsExactlyElementsOf(GoldenFiles.names(value));
            case "http_headers" -> assertHttp(value);
            default -> throw new AssertionError("no check is written down for the value " + name);
        }
    }

    private static void assertHttp(JsonNode value) {
        assertThat(names("")).containsExactlyElementsOf(GoldenFiles.names(value));
        assertThat(Base64.getEncoder().encodeToString(binary("flwr-public-key")))
                .isEqualTo(value.get("flwr-public-key").textValue());
        assertThat(text("flwr-timestamp")).isEqualTo(value.get("flwr-timestamp").textValue());
    }

    /** What Flower said of two signatures and of one over other bytes; the first here is our own. */
    private static String verdicts() throws GeneralSecurityException {
        byte[] ours = binary("flwr-signature");
        byte[] time = text("flwr-timestamp").getBytes(StandardCharsets.US_ASCII);
        byte[] flowers =
                HexFormat.of().parseHex(GOLDEN.get("signature_rfc6979_der_hex").textValue());
        return "[" + verifies(ours, time) + "," + verifies(flowers, time) + "," + verifies(ours, new byte[1]) + "]";
    }

    private static boolean verifies(JsonNode signature) throws GeneralSecurityException {
        return verifies(HexFormat.of().parseHex(signature.textValue()), signed());
    }

    private static byte[] signed() {
        return HexFormat.of().parseHex(GOLDEN.get("signed_bytes_hex").textValue());
    }

    private static boolean verifies(byte[] signature, byte[] signed) throws GeneralSecurityException {
        Signature verifier = Signature.getInstance("SHA256withECDSA");
        verifier.initVerify(publicKey());
        verifier.update(signed);
        return verifier.verify(signature);
    }

    private static RpcHeaders headers() {
        try {
            return node().headers(OffsetDateTime.parse(GOLDEN.get("timestamp").textValue())
                    .toInstant());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String text(String name) {
        return headers().entries().stream()
                .filter(header -> header.name().equals(name))
                .map(header -> ((RpcHeaders.Text) header).value())
                .findFirst()
                .orElseThrow();
    }

    private static byte[] binary(String name) {
        return headers().entries().stream()
                .filter(header -> header.name().equals(name))
                .map(header -> ((RpcHeaders.Binary) header).value())
                .findFirst()
                .orElseThrow();
    }

    private static List<String> names(String suffixOfBinaries) {
        return headers().entries().stream()
                .map(header -> header.name() + (header instanceof RpcHeaders.Binary ? suffixOfBinaries : ""))
                .toList();
    }

    /** Flower's text form of the public key, made from the last bytes of the standard one, which are the point. */
    private static String openSsh() throws GeneralSecurityException {
        byte[] encoded = publicKey().getEncoded();
        int point = 97;
        ByteBuffer blob = ByteBuffer.allocate(4 + 19 + 4 + 8 + 4 + point);
        for (String word : List.of("ecdsa-sha2-nistp384", "nistp384")) {
            blob.putInt(word.length()).put(word.getBytes(StandardCharsets.US_ASCII));
        }
        blob.putInt(point).put(encoded, encoded.length - point, point);
        return "ecdsa-sha2-nistp384 " + Base64.getEncoder().encodeToString(blob.array());
    }

    private static NodeKey node() throws GeneralSecurityException {
        return NodeKey.of(new KeyPair(publicKey(), privateKey()));
    }

    private static ECPrivateKey privateKey() throws GeneralSecurityException {
        byte[] der = der(GOLDEN.get("private_pkcs8_pem").textValue());
        return (ECPrivateKey) KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
    }

    private static PublicKey publicKey() throws GeneralSecurityException {
        byte[] der = der(GOLDEN.get("public_pem").textValue());
        return KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(der));
    }

    private static byte[] der(String pem) {
        return Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
    }
}
