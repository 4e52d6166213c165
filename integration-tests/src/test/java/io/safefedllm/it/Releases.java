package io.safefedllm.it;

import io.safefedllm.it.harness.FlwrRelease;
import java.util.stream.Stream;

/** The releases of Flower that every test against a real SuperLink runs with, one for each wire that we speak. */
final class Releases {

    private Releases() {}

    static Stream<FlwrRelease> all() {
        return Stream.of(FlwrRelease.GRPC_CLASSIC, FlwrRelease.HTTP_ACQUIRE);
    }
}
