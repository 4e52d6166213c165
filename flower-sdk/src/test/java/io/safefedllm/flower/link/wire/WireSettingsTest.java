package io.safefedllm.flower.link.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.flower.object.InflateLimits;
import org.junit.jupiter.api.Test;

class WireSettingsTest {

    @Test
    void limits_smallHeap_boundEveryMessageToASixteenth() {
        InflateLimits limits = WireSettings.limits(1L << 30);

        assertThat(limits.maxMessageBytes()).isEqualTo(64L << 20);
        assertThat(limits.maxArrayBytes()).isEqualTo(64 << 20);
        assertThat(limits.maxObjectBytes()).isEqualTo(64 << 20);
    }

    @Test
    void limits_hugeHeap_areTheDefaults() {
        assertThat(WireSettings.limits(1L << 40)).isEqualTo(InflateLimits.DEFAULTS);
    }
}
