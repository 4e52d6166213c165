package io.safefedllm.flower.link.fake;

import io.grpc.InsecureServerCredentials;
import io.safefedllm.flower.app.SuperLinkOptions;
import io.safefedllm.flower.app.SuperLinks;
import io.safefedllm.flower.link.LinkHarness;
import io.safefedllm.flower.link.NodeLink;
import io.safefedllm.flower.link.RunLink;
import io.safefedllm.flower.link.RunStatus;
import io.safefedllm.flower.link.SuperLinkAddress;
import io.safefedllm.flower.link.TestMessages;
import io.safefedllm.flower.link.tls.ConnectionSecurity;
import io.safefedllm.flower.link.wire.LauncherAuth;
import io.safefedllm.flower.link.wire.Pauses;
import io.safefedllm.flower.link.wire.WireSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/** A {@link FakeSuperLink} behind the fronts of its generation; links are opened by detection. */
public final class WireHarness implements LinkHarness {

    private final FakeSuperLink superLink;
    private final NoPauses pauses = new NoPauses();
    private final Front executor;
    private final Front fleet;
    private final ConnectionSecurity security;

    private WireHarness(FakeSuperLink superLink, Front executor, Front fleet, ConnectionSecurity security) {
        this.superLink = superLink;
        this.executor = executor;
        this.fleet = fleet;
        this.security = security;
    }

    /** Returns a SuperLink of a generation, listening. */
    public static WireHarness of(FakeGeneration generation) {
        FakeSuperLink superLink = new FakeSuperLink(generation);
        return open(superLink, Optional.empty(), ConnectionSecurity.plaintext());
    }

    /** Returns a SuperLink of a generation whose ports have TLS with a certificate of {@link TestCertificates}. */
    public static WireHarness of(FakeGeneration generation, String certificate) {
        FakeSuperLink superLink = new FakeSuperLink(generation);
        return open(superLink, Optional.of(certificate), TestCertificates.trusting("ca"));
    }

    private static WireHarness open(
            FakeSuperLink superLink, Optional<String> certificate, ConnectionSecurity security) {
        try {
            Front executor =
                    superLink.generation.isHttp() ? http(superLink, certificate) : grpc(superLink, certificate);
            boolean shared = !superLink.generation.isHttp()
                    || superLink.generation.fleetTransport().equals("http");
            return new WireHarness(superLink, executor, shared ? executor : grpc(superLink, certificate), security);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Front http(FakeSuperLink superLink, Optional<String> certificate) throws IOException {
        return certificate.isPresent()
                ? new HttpFront(superLink, TestCertificates.http(certificate.get()))
                : new HttpFront(superLink);
    }

    private static Front grpc(FakeSuperLink superLink, Optional<String> certificate) throws IOException {
        return new GrpcFront(
                superLink, certificate.map(TestCertificates::grpc).orElseGet(InsecureServerCredentials::create));
    }

    public FakeSuperLink superLink() {
        return superLink;
    }

    /** Makes an HTTP server tell the time of the machine, which is not that of the options. */
    public WireHarness tellingTime() {
        if (executor instanceof HttpFront http) {
            http.tellTime();
        }
        return this;
    }

    /** Returns where executors connect to. */
    public SuperLinkAddress executorAddress() {
        return executor.address();
    }

    /** Returns where nodes connect to. */
    public SuperLinkAddress fleetAddress() {
        return fleet.address();
    }

    /** Returns the time that links of this harness go by. */
    public NoPauses pauses() {
        return pauses;
    }

    /** Returns options whose time stands still, whose pauses are none and whose chance is seeded. */
    public SuperLinkOptions options() {
        WireSettings wire = WireSettings.of(TestMessages.clock(), pauses, new SplittableRandom(1));
        return new SuperLinkOptions(Duration.ZERO, security, LauncherAuth.none(), Optional.empty(), wire);
    }

    @Override
    public long submit(Map<String, Object> runConfig) {
        return superLink.submit(runConfig);
    }

    @Override
    public RunLink executor() {
        return SuperLinks.executor(executor.address(), options());
    }

    @Override
    public NodeLink node() {
        return SuperLinks.fleet(fleet.address(), options());
    }

    @Override
    public void stop(long runId) {
        superLink.stop(runId);
    }

    @Override
    public Optional<RunStatus> status(long runId) {
        return superLink.status(runId);
    }

    @Override
    public String statusDetails(long runId) {
        return superLink.details(runId);
    }

    @Override
    public String log(long runId) {
        return superLink.log(runId);
    }

    @Override
    public void close() {
        executor.close();
        fleet.close();
    }

    /** Pretends to wait, long enough only for other threads to have their turn. */
    public static final class NoPauses implements Pauses {
        private static final long A_TURN = 1_000_000;
        private long nanos;

        @Override
        public void pause(Duration duration) throws InterruptedException {
            synchronized (this) {
                nanos += duration.toNanos();
            }
            LockSupport.parkNanos(A_TURN);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }

        @Override
        public synchronized long nanoTime() {
            return nanos;
        }
    }
}
