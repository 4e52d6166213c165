package io.safefedllm.flower.link.http;

import io.safefedllm.flower.link.LinkHarness;
import io.safefedllm.flower.link.RunLinkContract;
import io.safefedllm.flower.link.fake.FakeGeneration;
import io.safefedllm.flower.link.fake.WireHarness;

class HttpAcquireRunLinkTest extends RunLinkContract {

    @Override
    protected LinkHarness open() {
        return WireHarness.of(FakeGeneration.HTTP_ACQUIRE);
    }
}
