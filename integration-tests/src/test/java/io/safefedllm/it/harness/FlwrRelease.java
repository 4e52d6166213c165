package io.safefedllm.it.harness;

import java.util.List;
import java.util.stream.Stream;

/**
 * A release of Flower and how its programs are called, which differs by release. Everything that a test knows of a release
 * is said here.
 *
 * @param version as in the Python package index, such as {@code 1.40.0}
 */
public record FlwrRelease(String version) {

    /** The last release that the classic executor methods over gRPC are served by. */
    public static final FlwrRelease GRPC_CLASSIC = new FlwrRelease("1.29.0");

    /** Executors claim tasks over gRPC. */
    public static final FlwrRelease GRPC_TASK = new FlwrRelease("1.32.1");

    /** The only release whose executor methods are the Runtime's, over gRPC. */
    public static final FlwrRelease GRPC_RUNTIME = new FlwrRelease("1.34.0");

    /** Executors claim tasks over HTTP, nodes come over gRPC. */
    public static final FlwrRelease HTTP_CLAIM = new FlwrRelease("1.38.0");

    /** Everything over HTTP: executor, Fleet and Control on one port. */
    public static final FlwrRelease HTTP_ACQUIRE = new FlwrRelease("1.40.0");

    private static final String NEWEST_WITH_ITS_OWN_REQUIREMENTS = "1.40.0";

    private static final int FIRST_EXECUTOR_SECRET = 29;
    private static final int FIRST_EXECUTOR_TLS = 30;
    private static final int FIRST_RUNTIME_SERVICE = 34;
    private static final int FIRST_HTTP_EXECUTOR = 35;
    private static final int FIRST_RUNTIME_OPTION = 36;
    private static final int FIRST_HTTP_CONTROL = 37;
    private static final int FIRST_UNTYPED_EXECUTOR = 38;
    private static final int FIRST_ACQUIRE = 39;
    private static final int FIRST_HTTP_FLEET = 40;

    /** Every release that this version is meant for, oldest first; of each minor release the last one. */
    public static List<FlwrRelease> all() {
        return Stream.of(
                        "1.26.1", "1.27.0", "1.28.0", "1.29.0", "1.30.0", "1.31.0", "1.32.1", "1.33.0", "1.34.0",
                        "1.35.0", "1.36.0", "1.37.0", "1.38.0", "1.39.0", "1.40.0", "1.41.0", "1.42.0")
                .map(FlwrRelease::new)
                .toList();
    }

    private int minor() {
        return Integer.parseInt(version.split("\\.", -1)[1]);
    }

    /**
     * What to install, one step after the other. The newest releases ask for newer versions of their requirements than there may
     * be, and work with those of the release before.
     */
    List<List<String>> requirements() {
        return minor() <= FIRST_HTTP_FLEET
                ? List.of(List.of("flwr==" + version))
                : List.of(
                        List.of("flwr==" + NEWEST_WITH_ITS_OWN_REQUIREMENTS), List.of("--no-deps", "flwr==" + version));
    }

    /** The name of the executor's dialect that the SuperLink speaks. */
    public String executorGeneration() {
        if (minor() < FIRST_EXECUTOR_TLS) {
            return "grpc-classic";
        }
        if (minor() < FIRST_HTTP_EXECUTOR) {
            return minor() < FIRST_RUNTIME_SERVICE ? "grpc-task" : "grpc-runtime";
        }
        return minor() < FIRST_ACQUIRE ? "http-claim" : "http-acquire";
    }

    /** The transport that nodes reach the SuperLink over. */
    public String fleetTransport() {
        return sharesFleetPort() ? "http" : "grpc";
    }

    /** Whether the executor's port has TLS; the others always have. */
    public boolean hasExecutorTls() {
        return minor() >= FIRST_EXECUTOR_TLS;
    }

    /** Whether executors can be asked for a secret. */
    public boolean hasExecutorSecret() {
        return minor() >= FIRST_EXECUTOR_SECRET;
    }

    /** Whether nodes reach the SuperLink on the executor's port. */
    public boolean sharesFleetPort() {
        return minor() >= FIRST_HTTP_FLEET;
    }

    /** Whether the {@code flwr} command reaches the SuperLink on the executor's port. */
    boolean sharesControlPort() {
        return minor() >= FIRST_HTTP_CONTROL;
    }

    /** Whether the executor's port has a certificate of its own, given by options of its own. */
    private boolean hasSeparateExecutorCertificate() {
        return hasExecutorTls() && !sharesControlPort();
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

    /** Arguments that make {@code flower-superlink} as strict as it can be: TLS, registered nodes, executors with a secret. */
    List<String> superLinkGuards(Credentials credentials) {
        List<String> certificates = Lists.concat(
                certificate("--ssl-", credentials),
                hasSeparateExecutorCertificate() ? certificate("--appio-ssl-", credentials) : List.of());
        List<String> secret = hasExecutorSecret() ? secret(credentials) : List.of();
        return Lists.concat(certificates, List.of("--enable-supernode-auth"), secret);
    }

    /** Arguments that make {@code flower-supernode} listen for its own ClientApp processes. */
    List<String> superNodeListens(int port) {
        return minor() < FIRST_HTTP_EXECUTOR
                ? List.of("--clientappio-api-address", "127.0.0.1:" + port)
                : List.of("--host", "127.0.0.1", "--port", Integer.toString(port));
    }

    /** Arguments that let {@code flower-supernode} join a protected SuperLink as the given node. */
    List<String> superNodeProves(Credentials credentials, int node) {
        List<String> own = hasExecutorTls()
                ? certificate(sharesControlPort() ? "--ssl-" : "--appio-ssl-", credentials)
                : List.of();
        return Lists.concat(
                trusts(credentials),
                own,
                List.of(
                        "--auth-supernode-private-key",
                        credentials.nodeKey(node).toString()));
    }

    /** Arguments that make {@code flower-superexec} take ServerApps from this address. */
    List<String> superExecServes(String address) {
        String option = minor() < FIRST_RUNTIME_OPTION ? "--appio-api-address" : "--runtime-api-address";
        List<String> type = minor() < FIRST_UNTYPED_EXECUTOR ? List.of("--plugin-type", "serverapp") : List.of();
        return Lists.concat(List.of(option, address), type);
    }

    /** Arguments that let {@code flower-superexec} take ServerApps from a protected SuperLink. */
    List<String> superExecProves(Credentials credentials) {
        return Lists.concat(
                hasExecutorTls() ? trusts(credentials) : List.of("--insecure"),
                hasExecutorSecret() ? secret(credentials) : List.of());
    }

    private static List<String> certificate(String prefix, Credentials credentials) {
        return List.of(
                prefix + "certfile", credentials.certificate().toString(),
                prefix + "keyfile", credentials.certificateKey().toString(),
                prefix + "ca-certfile", credentials.authority().toString());
    }

    private static List<String> trusts(Credentials credentials) {
        return List.of("--root-certificates", credentials.authority().toString());
    }

    private static List<String> secret(Credentials credentials) {
        return List.of(
                "--superexec-auth-secret-file", credentials.executorSecret().toString());
    }

    @Override
    public String toString() {
        return "flwr " + version;
    }
}
