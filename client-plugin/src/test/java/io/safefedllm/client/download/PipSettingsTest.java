package io.safefedllm.client.download;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PipSettingsTest {
    @TempDir
    private Path home;

    /** Without the files of the machine, which the tests do not know: this one stands for all of them. */
    private PipSettings read(String file, Map<String, String> environment) throws IOException {
        Map<String, String> all = new HashMap<>(environment);
        all.put(
                "PIP_CONFIG_FILE",
                Files.writeString(home.resolve("own.conf"), file).toString());
        return PipSettings.read(all, home);
    }

    @Test
    void read_fileWithSections_takesThoseThatCount() throws IOException {
        PipSettings settings = read(
                """
                [install]
                index-url = https://one.example/simple
                [list]
                index-url = https://wrong.example/simple/
                [global]
                ; a remark
                cert = ca.pem
                proxy = proxy.example:3128
                extra_index_url =
                    https://two.example/simple/
                    https://three.example/simple
                """,
                Map.of());

        assertThat(settings.indexes())
                .containsExactly(
                        URI.create("https://one.example/simple/"),
                        URI.create("https://two.example/simple/"),
                        URI.create("https://three.example/simple/"));
        assertThat(settings.certificates()).contains(Path.of("ca.pem"));
        assertThat(settings.proxy()).contains(URI.create("http://proxy.example:3128"));
    }

    @Test
    void read_variables_areStrongerThanFiles() throws IOException {
        PipSettings settings = read(
                "[global]\nindex-url = https://one.example/simple\n",
                Map.of("PIP_INDEX_URL", "https://user:word@two.example/simple", "PIP_PROXY", "http://p.example"));

        assertThat(settings.indexes()).containsExactly(URI.create("https://user:word@two.example/simple/"));
        assertThat(settings.proxy()).contains(URI.create("http://p.example"));
    }

    @Test
    void read_virtualEnvironmentAndUser_areLooked() throws IOException {
        Path venv = Files.createDirectories(home.resolve("venv"));
        Path user = Files.createDirectories(home.resolve(".config/pip"));
        Files.writeString(user.resolve("pip.conf"), "[global]\nindex-url=https://user.example/\n");

        assertThat(PipSettings.read(Map.of(), home).indexes()).containsExactly(URI.create("https://user.example/"));

        Files.writeString(venv.resolve("pip.conf"), "[global]\nindex-url=https://venv.example/\n");

        assertThat(PipSettings.read(Map.of("VIRTUAL_ENV", venv.toString()), home)
                        .indexes())
                .containsExactly(URI.create("https://venv.example/"));
    }

    @Test
    void read_nothingConfigured_asksThePublicIndexAndTheFurtherOnes() {
        Map<String, String> environment =
                Map.of("PIP_CONFIG_FILE", "/dev/null", "PIP_EXTRA_INDEX_URL", "https://more.example/");

        assertThat(PipSettings.read(environment, home).indexes())
                .containsExactly(PipSettings.PUBLIC_INDEX, URI.create("https://more.example/"));
    }

    @ParameterizedTest
    @CsvSource({
        "https://pypi.org/, false",
        "https://packages.example/, true",
        "https://a.packages.EXAMPLE/, true",
        "https://packages.example./, true",
        "https://otherpackages.example/, false",
        "http://127.0.0.1:8080/, true",
        "https://blank.example/, true",
        "https://port.example:8443/, true",
        "https://a.port.example:8443/, true",
        "https://port.example/, false",
        "https://usual.example/, true",
        "http://usual.example/, false",
        "http://[::1]:8080/, true",
        "http://[fd00::7]/, true",
        "http://[fd00::8]:90/, true",
        "http://[fd00::8]/, false",
        "http://[fd00::17]/, false",
    })
    void isDirect_withAProxyOfTheEnvironment_byNoProxy(URI address, boolean direct) throws IOException {
        String hosts = " .packages.example, 127.0.0.1,, . , blank.example port.example:8443,USUAL.example:443,"
                + "[::1],fd00::7,[FD00::8]:90,";
        PipSettings settings = read("", Map.of("https_proxy", "http://p.example:3128", "no_proxy", hosts));

        assertThat(settings.proxy()).contains(URI.create("http://p.example:3128"));
        assertThat(settings.isDirect(address)).isEqualTo(direct);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", ",", ".", ", ,..,"})
    void isDirect_emptyEntries_areNoHosts(String hosts) throws IOException {
        assertThat(read("", Map.of("no_proxy", hosts)).isDirect(URI.create("https://pypi.org/")))
                .isFalse();
    }

    @Test
    void isDirect_withAProxyOfPips_isNothing() throws IOException {
        PipSettings settings = read("[global]\nproxy = p.example:3128\n", Map.of("NO_PROXY", "*"));

        assertThat(settings.isDirect(URI.create("https://pypi.org/"))).isFalse();
    }

    @Test
    void isDirect_withAStar_isEverything() throws IOException {
        assertThat(read("", Map.of("NO_PROXY", "*")).isDirect(URI.create("https://pypi.org/")))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"no-index = true", "index-url = http://a%zz", "proxy = http:///x", "index-url = https:///x"})
    void read_unusableConfiguration_isRefused(String line) {
        assertThatThrownBy(() -> read("[global]\n" + line + "\n", Map.of())).isInstanceOf(DownloadException.class);
    }
}
