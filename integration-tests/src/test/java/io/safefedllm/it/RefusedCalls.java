package io.safefedllm.it;

import io.safefedllm.it.harness.Credentials;
import io.safefedllm.it.harness.Federation;
import io.safefedllm.it.harness.FlwrRelease;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Everything that can be wrong about the way to a SuperLink that has all its release protects with, and about coming with TLS to one that
 * has none of it.
 *
 * <p>A port without one of the APIs there is up to Flower 1.39 only: from 1.40 on all of them are on the same port.
 */
final class RefusedCalls {

    private static final Duration WRONG_BY = Duration.ofMinutes(10);
    private static final String TRUST = "--root-certificates";
    private static final String SECRET = "--superexec-auth-secret-file";
    private static final String KEY = "--auth-supernode-private-key";
    private static final String TLS = "SFL-304";
    private static final String CREDENTIALS = "SFL-305";
    private static final String CLOCK = "SFL-306";
    private static final String NOT_A_SUPERLINK = "SFL-302";

    private final Federation federation;
    private final Credentials right;
    private final Credentials wrong;
    private final Path directory;

    /**
     * Makes the calls.
     *
     * @param wrong credentials of another federation
     * @param directory an existing directory with the rows of a node, {@code rows.json}
     */
    RefusedCalls(Federation federation, Credentials wrong, Path directory) {
        this(federation, federation.credentials().orElseThrow(), wrong, directory);
    }

    private RefusedCalls(Federation federation, Credentials right, Credentials wrong, Path directory) {
        this.federation = federation;
        this.right = right;
        this.wrong = wrong;
        this.directory = directory;
    }

    /**
     * One call and how it ends.
     *
     * @param clockLead how far the SuperLink's clock is ahead meanwhile
     * @param words parts of its last line
     */
    record Refused(List<String> arguments, Duration clockLead, String code, List<String> words) {
        private Refused(List<String> arguments, String code, String... words) {
            this(arguments, Duration.ZERO, code, List.of(words));
        }

        private Refused by(Duration clock) {
            return new Refused(arguments, clock, code, words);
        }
    }

    /** A look at the executor's address with the right credentials, which is not refused. */
    static List<String> doctor(Federation federation) {
        Credentials right = federation.credentials().orElseThrow();
        List<String> look = List.of("doctor", "--superlink", federation.link().executorAddress());
        List<String> trusting = federation.release().hasExecutorTls() ? with(look, TRUST, right.authority()) : look;
        return with(trusting, SECRET, right.executorSecret());
    }

    /** What comes with TLS to a SuperLink that is open to everybody, and, in plaintext, to the wrong port of one. */
    static List<Refused> byOpen(Federation open, Credentials any, Path directory) {
        RefusedCalls calls = new RefusedCalls(open, any, any, directory);
        List<String> node = with(calls.nodeAt(open.link().fleetAddress()), TRUST, any.authority());
        return Stream.of(
                        calls.executorWithoutTls(),
                        List.of(new Refused(node, TLS, "speaks plaintext, not TLS", "leave out " + TRUST)),
                        open.release().sharesFleetPort()
                                ? List.<Refused>of()
                                : calls.wrongPorts(
                                        calls.nodeAt(open.link().executorAddress()),
                                        calls.serveAt(open.link().fleetAddress())))
                .flatMap(List::stream)
                .toList();
    }

    List<Refused> all() {
        FlwrRelease release = federation.release();
        return Stream.of(
                        release.hasExecutorTls() ? executorWithTls() : executorWithoutTls(),
                        release.hasExecutorSecret() ? executorWithSecret() : List.<Refused>of(),
                        release.sharesFleetPort() ? List.<Refused>of() : protectedWrongPorts(),
                        node())
                .flatMap(List::stream)
                .toList();
    }

    private List<Refused> executorWithTls() {
        return List.of(
                new Refused(serve(), TLS, "speaks TLS", "give the certificate of its authority with " + TRUST),
                new Refused(
                        serve(TRUST, wrong.authority()),
                        TLS,
                        "issued by 'CN=Test authority'",
                        "does not vouch for",
                        "give the CA file of this SuperLink"));
    }

    private List<Refused> executorWithoutTls() {
        return List.of(
                new Refused(serve(TRUST, right.authority()), TLS, "speaks plaintext, not TLS", "leave out " + TRUST));
    }

    private List<Refused> executorWithSecret() {
        List<String> proven = secured(serve(SECRET, right.executorSecret()));
        return List.of(
                new Refused(secured(serve()), CREDENTIALS, "wants a secret", "give the file", SECRET),
                new Refused(
                        secured(serve(SECRET, wrong.executorSecret())),
                        CREDENTIALS,
                        "does not accept the secret",
                        "the very same bytes"),
                new Refused(proven, CLOCK, " behind that of the SuperLink", "from a time server").by(WRONG_BY),
                new Refused(proven, CLOCK, " ahead of that of the SuperLink", "from a time server")
                        .by(WRONG_BY.negated()));
    }

    private List<Refused> protectedWrongPorts() {
        return wrongPorts(
                with(secured(nodeAt(federation.link().executorAddress())), KEY, right.nodeKey(0)),
                with(
                        with(serveAt(federation.link().fleetAddress()), TRUST, right.authority()),
                        SECRET,
                        right.executorSecret()));
    }

    private List<Refused> wrongPorts(List<String> node, List<String> serve) {
        return List.of(
                new Refused(node, NOT_A_SUPERLINK, federation.link().executorAddress(), "Fleet API", "9092 by default"),
                new Refused(
                        serve, NOT_A_SUPERLINK, federation.link().fleetAddress(), "has no executor API", "by default"));
    }

    private List<Refused> node() {
        String fleet = federation.link().fleetAddress();
        List<String> trusting = with(nodeAt(fleet), TRUST, right.authority());
        List<String> keyed = with(trusting, KEY, right.nodeKey(0));
        return List.of(
                new Refused(nodeAt(fleet), TLS, "speaks TLS", TRUST),
                new Refused(with(nodeAt(fleet), TRUST, wrong.authority()), TLS, "issued by", "does not vouch for"),
                new Refused(trusting, CREDENTIALS, "takes only nodes whose key is registered", "node keygen", KEY),
                new Refused(
                        with(trusting, KEY, wrong.nodeKey(0)),
                        CREDENTIALS,
                        "does not know the key of this node",
                        "flwr supernode register"),
                new Refused(keyed, CLOCK, " behind that of the SuperLink", "from a time server").by(WRONG_BY),
                new Refused(keyed, CLOCK, " ahead of that of the SuperLink", "from a time server")
                        .by(WRONG_BY.negated()));
    }

    private List<String> serve() {
        return serveAt(federation.link().executorAddress());
    }

    private List<String> serve(String option, Path file) {
        return with(serve(), option, file);
    }

    private List<String> serveAt(String address) {
        return List.of(
                "serve",
                "--superlink",
                address,
                "--state-dir",
                directory.resolve("refused").toString());
    }

    private List<String> nodeAt(String address) {
        return List.of(
                "node",
                "--superlink",
                address,
                "--model",
                TinyLlama.MODEL.toString(),
                "--data",
                directory.resolve("rows.json").toString());
    }

    /** Adds what the executor's port wants for a connection. */
    private List<String> secured(List<String> call) {
        return federation.release().hasExecutorTls() ? with(call, TRUST, right.authority()) : call;
    }

    private static List<String> with(List<String> call, String option, Path file) {
        List<String> more = new ArrayList<>(call);
        more.addAll(List.of(option, file.toString()));
        return List.copyOf(more);
    }
}
