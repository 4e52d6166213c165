package io.safefedllm.flower.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SuperLinkAddressTest {

    @ParameterizedTest
    @CsvSource({"127.0.0.1:9091, 127.0.0.1, 9091", "[::1]:80, ::1, 80", "host.example:65535, host.example, 65535"})
    void parse_anAddress_hasHostAndPort(String text, String host, int port) {
        SuperLinkAddress address = SuperLinkAddress.parse(text);

        assertThat(address).isEqualTo(new SuperLinkAddress(host, port)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "host", ":80", "host:", "host:0", "host:65536", "http://host:80", "::1:80", "a b:1"})
    void parse_somethingElse_isRefused(String text) {
        assertThatThrownBy(() -> SuperLinkAddress.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
