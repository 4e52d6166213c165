package io.safefedllm.flower.link.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.safefedllm.flower.link.wire.NodeKey;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.interfaces.ECPrivateKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyFilesTest {

    @ParameterizedTest
    @ValueSource(strings = {"golden-openssh", "golden-sec1.pem", "/golden/node_auth.json"})
    void parse_flowersKeyInEveryForm_isFlowersIdentity(String file) {
        byte[] bytes =
                file.startsWith("/") ? golden("private_pkcs8_pem").getBytes(StandardCharsets.US_ASCII) : bytes(file);

        KeyPair pair = KeyFiles.parse(bytes, file);

        assertThat(((ECPrivateKey) pair.getPrivate()).getS())
                .isEqualTo(new BigInteger(1, HexFormat.of().parseHex(golden("private_scalar_hex"))));
        assertThat(new String(NodeKey.of(pair).publicPem(), StandardCharsets.US_ASCII))
                .isEqualTo(golden("public_pem"));
        assertThat(OpenSshKey.publicLine(pair, "")).isEqualTo(golden("public_openssh"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"node", "node-pkcs8.pem", "node-sec1.pem"})
    void parse_oneKeyInThreeForms_isOneKey(String file) {
        assertThat(OpenSshKey.publicLine(KeyFiles.parse(bytes(file), file), ""))
                .isEqualTo(new String(bytes("node.pub"), StandardCharsets.US_ASCII).strip());
    }

    @Test
    void parse_keyOfSshKeygen_isItsPublicKey() {
        assertThat(OpenSshKey.publicLine(KeyFiles.parse(bytes("ssh-keygen"), "key"), "a comment"))
                .isEqualTo(new String(bytes("ssh-keygen.pub"), StandardCharsets.US_ASCII).strip());
    }

    @ParameterizedTest
    @ValueSource(strings = {"openssl-pkcs8.pem", "openssl-sec1.pem"})
    void parse_keyOfOpenssl_signs(String file) {
        assertThat(NodeKey.of(KeyFiles.parse(bytes(file), file)).publicPem()).hasSize(215);
    }

    @ParameterizedTest
    @CsvSource({
        "encrypted, is encrypted",
        "encrypted-sec1, is encrypted",
        "encrypted-openssh, is encrypted",
        "p256, is not an EC key on the curve P-384",
        "p256-pkcs8.pem, is not an EC key on the curve P-384",
        "ed25519, is not an EC key on the curve P-384",
        "node.pub, holds no private key"
    })
    void parse_keyOfAnotherKind_isRefusedWithARemedy(String file, String reason) {
        assertThatThrownBy(() -> KeyFiles.parse(bytes(file), "the file"))
                .isInstanceOf(KeyFileException.class)
                .hasMessageContaining("the file " + reason)
                .hasMessageMatching("(?s).*(ssh-keygen|keygen).*");
    }

    @ParameterizedTest
    @ValueSource(strings = {"golden-openssh", "golden-sec1.pem", "node-pkcs8.pem"})
    void parse_anyByteChanged_neverGivesAnotherKey(String file) {
        String text = new String(bytes(file), StandardCharsets.US_ASCII);
        KeyPair whole = KeyFiles.parse(bytes(file), file);
        String label = text.lines()
                .findFirst()
                .orElseThrow()
                .replace("-----BEGIN ", "")
                .replace("-----", "");
        byte[] content = Base64.getMimeDecoder().decode(text.replaceAll("-----[A-Z0-9 ]+-----", ""));
        for (int i = 0; i < content.length; i++) {
            byte[] changed = content.clone();
            changed[i] ^= 1;
            assertRefusedOrSame(PemBlock.write(label, changed, 64), whole);
            assertRefusedOrSame(PemBlock.write(label, Arrays.copyOf(content, i), 64), whole);
        }
    }

    private static void assertRefusedOrSame(String text, KeyPair whole) {
        try {
            KeyPair pair = KeyFiles.parse(text.getBytes(StandardCharsets.US_ASCII), "the file");
            assertThat(P384.number(pair)).isEqualTo(P384.number(whole));
            assertThat(P384.point(pair)).isEqualTo(P384.point(whole));
        } catch (KeyFileException e) {
            assertThat(e).hasMessageStartingWith("the file ");
        }
    }

    @Test
    void parse_publicKeyOfAnotherPair_isRefused() {
        KeyPair one = KeyFiles.generate();
        KeyPair two = KeyFiles.generate();

        assertThatThrownBy(() -> P384.pair(P384.number(one), P384.point(two), "the file"))
                .hasMessageContaining("do not belong together");
    }

    @Test
    void write_newKey_isReadAgainAndItsOwnersOnly(@TempDir Path directory) throws IOException {
        KeyPair pair = KeyFiles.generate();
        Path file = directory.resolve("node");

        KeyFiles.write(pair, file, "site-7");

        assertThat(P384.number(KeyFiles.read(file))).isEqualTo(P384.number(pair));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(KeyFiles.isOpenToOthers(file)).isFalse();
        assertThat(Files.readString(directory.resolve("node.pub")))
                .isEqualTo(OpenSshKey.publicLine(pair, "site-7") + "\n")
                .startsWith("ecdsa-sha2-nistp384 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"node", "node.pub"})
    void write_fileIsThere_changesNothing(String there, @TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve(there), "mine");

        assertThatThrownBy(() -> KeyFiles.write(KeyFiles.generate(), directory.resolve("node"), ""))
                .isInstanceOf(FileAlreadyExistsException.class);

        assertThat(directory).isDirectoryContaining("regex:.*/" + there);
        assertThat(Files.readString(directory.resolve(there))).isEqualTo("mine");
        try (var files = Files.list(directory)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void isOpenToOthers_readableByTheGroup_isTold(@TempDir Path directory) throws IOException {
        Path file = Files.createFile(
                directory.resolve("key"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----")));

        assertThat(KeyFiles.isOpenToOthers(file)).isTrue();
    }

    private static String golden(String field) {
        try {
            JsonNode json = new ObjectMapper().readTree(bytes("/golden/node_auth.json"));
            return json.path(field).asText();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static byte[] bytes(String file) {
        String path = file.startsWith("/") ? file : "/keys/" + file;
        try (InputStream stream = KeyFilesTest.class.getResourceAsStream(path)) {
            return Objects.requireNonNull(stream, path).readAllBytes();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
