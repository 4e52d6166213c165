package io.safefedllm.app.option;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.app.Harness;
import io.safefedllm.flower.link.key.KeyFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys, secrets and certificates on the command line, before anything is connected to. */
class CredentialOptionsTest {
    private static final String NOBODY = "127.0.0.1:1";

    private final Harness program = new Harness();

    @TempDir
    private Path directory;

    @Test
    void keygen_newFile_writesBothKeysAndSaysWhatToDo() throws IOException {
        Path key = directory.resolve("site");

        assertThat(program.run("node", "keygen", "--out", key.toString(), "--comment", "site 7"))
                .isZero();

        assertThat(KeyFiles.read(key).getPublic().getAlgorithm()).isEqualTo("EC");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(directory.resolve("site.pub"))).endsWith(" site 7\n");
        assertThat(program.out()).contains("flwr supernode register " + key + ".pub");
    }

    @Test
    void keygen_fileIsThere_isNotOverwritten() throws IOException {
        Path key = Files.writeString(directory.resolve("site"), "mine");

        assertThat(program.run("node", "keygen", "--out", key.toString())).isEqualTo(1);

        assertThat(program.err()).contains("is there already", "SFL-102");
        assertThat(key).hasContent("mine");
    }

    @Test
    void node_withoutItsOptions_isWrongUsage() {
        assertThat(program.run("node", "--data", "rows.json")).isEqualTo(2);

        assertThat(program.err())
                .startsWith("safe-fedllm: Missing required options: '--superlink=HOST:PORT', '--model=DIR'.");
    }

    @Test
    void serve_certificateFileWithAKey_isRefused() throws IOException {
        Path key = directory.resolve("site");
        KeyFiles.write(KeyFiles.generate(), key, "");

        assertThat(serve("--root-certificates", key.toString())).isEqualTo(1);

        assertThat(program.err()).contains("holds a block OPENSSH PRIVATE KEY", "SFL-108");
    }

    @Test
    void serve_certificateFileIsMissing_isNamed() {
        assertThat(serve("--root-certificates", "ca.pem")).isEqualTo(2);

        assertThat(program.err()).contains("--root-certificates: there is no 'ca.pem'", "SFL-101");
    }

    @Test
    void serve_tlsAndInsecure_excludeEachOther() {
        assertThat(serve("--tls", "--insecure")).isEqualTo(2);

        assertThat(program.err()).contains("exclude each other", "SFL-100");
    }

    @Test
    void serve_emptySecret_isRefused() throws IOException {
        Path secret = Files.createFile(directory.resolve("secret"));

        assertThat(serve("--superexec-auth-secret-file", secret.toString())).isEqualTo(1);

        assertThat(program.err()).contains("is empty", "SFL-108");
    }

    @Test
    void serve_secretThatOthersMayRead_isWarnedAbout() throws IOException {
        Path secret = Files.writeString(directory.resolve("secret"), "s3cr3t");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r--r--"));
        program.environment.put("SAFE_FEDLLM_SUPEREXEC_AUTH_SECRET_FILE", secret.toString());

        assertThat(serve()).isEqualTo(1);

        assertThat(program.err())
                .contains("WARNING: others than its owner may read or change '" + secret + "'", "chmod 600", "SFL-301")
                .doesNotContain("s3cr3t");
    }

    @Test
    void serve_plaintextToAnotherMachine_isWarnedAboutUnlessMeant() {
        assertThat(program.run("serve", "--superlink", "host.invalid:9091", "--wait", "0"))
                .isEqualTo(1);

        assertThat(program.err()).contains("WARNING: what goes to host.invalid:9091", "SFL-301");
        Harness meant = new Harness();
        assertThat(meant.run("serve", "--superlink", "host.invalid:9091", "--wait", "0", "--insecure"))
                .isEqualTo(1);
        assertThat(meant.err()).doesNotContain("WARNING");
    }

    private int serve(String... options) {
        String[] fixed = {"serve", "--superlink", NOBODY, "--wait", "0", "--state-dir", directory.toString()};
        String[] arguments = java.util.Arrays.copyOf(fixed, fixed.length + options.length);
        System.arraycopy(options, 0, arguments, fixed.length, options.length);
        return program.run(arguments);
    }
}
