package io.safefedllm.flower.link.embedded;

import io.safefedllm.flower.link.LinkHarness;
import io.safefedllm.flower.link.NodeLinkContract;

class EmbeddedNodeLinkTest extends NodeLinkContract {

    @Override
    protected LinkHarness open() {
        return new EmbeddedHarness();
    }
}
