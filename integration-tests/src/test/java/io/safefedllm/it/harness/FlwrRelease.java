package io.safefedllm.it.harness;

import java.util.List;

/**
 * A release of Flower and how its programs are called, which differs by release.
 *
 * @param version as in the Python package index, such as {@code 1.40.0}
 */
public record FlwrRelease(String version) {

    /** The last release that the classic executor methods over gRPC are served by. */
    public static final FlwrRelease GRPC_CLASSIC = new FlwrRelease("1.29.0");

    /** Everything over HTTP: executor, Fleet and Control on one port. */
    public static final FlwrRelease HTTP_ACQUIRE = new FlwrRelease("1.40.0");

    private static final int FIRST_HTTP_EXECUTOR = 35;
    private static final int FIRST_RUNTIME_OPTION = 36;
    private static final int FIRST_HTTP_CONTROL = 37;
    private static final int FIRST_UNTYPED_EXECUTOR = 38;
    private static final int FIRST_HTTP_FLEET = 40;

    private int minor() {
        return Integer.parseInt(version.split("\\.", -1)[1]);
    }

    /** Whether nodes reach the SuperLink on the executor's port. */
    boolean sharesFleetPort() {
        return minor() >= FIRST_HTTP_FLEET;
    }

    /** Whether the {@code flwr} command reaches the SuperLink on the executor's port. */
    boolean sharesControlPort() {
        return minor() >= FIRST_HTTP_CONTROL;
    }

    /** Arguments that make {@code flower-superlink} listen on these ports of 127.0.0.1. */
    List<String> superLinkListens(int executor, int fleet, int control) {
        String host = "127.0.0.1";
        if (minor() < FIRST_HTTP_EXECUTOR) {
            return List.of(
                    "--serverappio-api-address", host + ":" + executor,
                    "--fleet-api-address", host + ":" + fleet,
                    "--control-api-address", host + ":" + control);
        }
        List<String> http = List.of("--host", host, "--port", Integer.toString(executor));
        List<String> fleetApi = sharesFleetPort() ? List.of() : List.of("--fleet-api-address", host + ":" + fleet);
        List<String> controlApi =
                sharesControlPort() ? List.of() : List.of("--control-api-address", host + ":" + control);
        return Lists.concat(http, fleetApi, controlApi);
    }

    /** Arguments that make {@code flower-supernode} listen for its own ClientApp processes. */
    List<String> superNodeListens(int port) {
        return minor() < FIRST_HTTP_EXECUTOR
                ? List.of("--clientappio-api-address", "127.0.0.1:" + port)
                : List.of("--host", "127.0.0.1", "--port", Integer.toString(port));
    }

    /** Arguments that make {@code flower-superexec} take ServerApps from this address. */
    List<String> superExecServes(String address) {
        String option = minor() < FIRST_RUNTIME_OPTION ? "--appio-api-address" : "--runtime-api-address";
        List<String> type = minor() < FIRST_UNTYPED_EXECUTOR ? List.of("--plugin-type", "serverapp") : List.of();
        return Lists.concat(List.of(option, address), type);
    }

    @Override
    public String toString() {
        return "flwr " + version;
    }
}
