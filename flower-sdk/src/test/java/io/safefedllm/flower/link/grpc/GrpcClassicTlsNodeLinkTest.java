package io.safefedllm.flower.link.grpc;

import io.safefedllm.flower.link.LinkHarness;
import io.safefedllm.flower.link.NodeLinkContract;
import io.safefedllm.flower.link.fake.FakeGeneration;
import io.safefedllm.flower.link.fake.WireHarness;

class GrpcClassicTlsNodeLinkTest extends NodeLinkContract {

    @Override
    protected LinkHarness open() {
        return WireHarness.of(FakeGeneration.GRPC_CLASSIC, "server");
    }
}
