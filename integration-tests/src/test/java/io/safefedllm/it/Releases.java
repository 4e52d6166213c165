package io.safefedllm.it;

import io.safefedllm.it.harness.FlwrRelease;
import java.util.stream.Stream;

/** The releases of Flower that the ordinary tests against a real SuperLink run with; {@link FlowerMatrixIT} has all others. */
final class Releases {

    private Releases() {}

    /** The oldest and the newest way of speaking: everything over gRPC, everything over HTTP. */
    static Stream<FlwrRelease> all() {
        return Stream.of(FlwrRelease.GRPC_CLASSIC, FlwrRelease.HTTP_ACQUIRE);
    }

    /** One release for each pair of transports: beside those two, executors over HTTP and nodes over gRPC. */
    static Stream<FlwrRelease> everyTransport() {
        return Stream.concat(all(), Stream.of(FlwrRelease.HTTP_CLAIM));
    }
}
