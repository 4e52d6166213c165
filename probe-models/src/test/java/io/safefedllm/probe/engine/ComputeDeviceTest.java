package io.safefedllm.probe.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ComputeDeviceTest {
    @ParameterizedTest
    @CsvSource({"auto, auto", "cpu, cpu", "cuda, cuda:0", "cuda:3, cuda:3"})
    void parse_knownText_givesTheDevice(String text, String device) {
        assertThat(ComputeDevice.parse(text)).hasToString(device);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpu", "cuda:", "cuda:-1", "cuda:1x", "CPU", ""})
    void parse_unknownText_isRefused(String text) {
        assertThatThrownBy(() -> ComputeDevice.parse(text))
                .hasMessage("unknown device '" + text + "'; choose one of auto, cpu, cuda:N");
    }

    @Test
    void cuda_number_isKept() {
        assertThat(ComputeDevice.cuda(2)).isEqualTo(ComputeDevice.parse("cuda:2"));
    }
}
