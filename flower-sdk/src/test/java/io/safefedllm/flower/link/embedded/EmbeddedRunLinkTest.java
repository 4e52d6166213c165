package io.safefedllm.flower.link.embedded;

import io.safefedllm.flower.link.LinkHarness;
import io.safefedllm.flower.link.RunLinkContract;

class EmbeddedRunLinkTest extends RunLinkContract {

    @Override
    protected LinkHarness open() {
        return new EmbeddedHarness();
    }
}
