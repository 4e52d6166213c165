package io.safefedllm.flower.link.grpc;

import io.safefedllm.flower.link.LinkHarness;
import io.safefedllm.flower.link.RunLinkContract;
import io.safefedllm.flower.link.fake.FakeGeneration;
import io.safefedllm.flower.link.fake.WireHarness;

class GrpcClassicRunLinkTest extends RunLinkContract {

    @Override
    protected LinkHarness open() {
        return WireHarness.of(FakeGeneration.GRPC_CLASSIC);
    }
}
