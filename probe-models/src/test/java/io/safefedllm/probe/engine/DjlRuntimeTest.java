package io.safefedllm.probe.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.util.cuda.CudaUtils;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class DjlRuntimeTest {
    @Test
    void keepOffline_beforeDjlStarts_setsBothSwitches() {
        DjlRuntime.keepOffline();

        assertThat(System.getProperty("OPT_OUT_TRACKING")).isEqualTo("true");
        assertThat(System.getProperty("ai.djl.offline")).isEqualTo("true");
    }

    @Test
    void product_onTheCpu_isRight() {
        assertThatCode(() -> DjlDevice.resolve(ComputeDevice.CPU).requireProduct())
                .doesNotThrowAnyException();
    }

    @Test
    void resolve_cudaDeviceThatIsNotThere_isRefusedWithWhatToInstall() {
        assertThatThrownBy(() -> DjlDevice.resolve(ComputeDevice.cuda(99)))
                .isInstanceOf(DeviceUnavailableException.class)
                .hasMessageContaining("cuda:99 was asked for")
                .hasMessageContaining("pip install torch==2.7.1")
                .hasMessageContaining("PYTORCH_LIBRARY_PATH");
    }

    @Test
    void resolve_autoWithoutCuda_saysWhyItIsTheCpu() {
        Assumptions.assumeTrue(CudaUtils.getGpuCount() == 0, "this machine has a CUDA device");

        DjlDevice device = DjlDevice.resolve(ComputeDevice.AUTO);

        assertThat(device).hasToString("cpu");
        assertThat(device.reason()).isEqualTo("auto: this machine shows no CUDA device");
    }
}
