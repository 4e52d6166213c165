package io.safefedllm.flower.link.fake;

import io.grpc.InsecureServerCredentials;
import io.safefedllm.flower.app.SuperLinkOptions;
import io.safefedllm.flower.app.SuperLinks;
import io.safefedllm.flower.link.LinkHarness;
import io.safefedllm.flower.link.NodeLink;
import io.safefedllm.flower.link.RunLink;
import io.safefedllm.flower.link.RunStatus;
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

/** A {@link FakeSuperLink} behind a front of the wire; links are opened by detection. */
public final class WireHarness implements LinkHarness {

    private final FakeSuperLink superLink;
    private final Front front;

    private final ConnectionSecurity security;

    private WireHarness(FakeSuperLink superLink, Front front, ConnectionSecurity security) {
        this.superLink = superLink;
        this.front = front;
        this.security = security;
    }

    /** Returns a SuperLink like that of 1.29. */
    public static WireHarness grpcClassic() {
        FakeSuperLink superLink = new FakeSuperLink("grpc-classic");
        try {
            return new WireHarness(
                    superLink,
                    new GrpcFront(superLink, InsecureServerCredentials.create()),
                    ConnectionSecurity.plaintext());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns a SuperLink like that of 1.40. */
    public static WireHarness httpAcquire() {
        FakeSuperLink superLink = new FakeSuperLink("http-acquire");
        try {
            return new WireHarness(superLink, new HttpFront(superLink), ConnectionSecurity.plaintext());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns a SuperLink of 1.29 whose ports have TLS with a certificate of {@link TestCertificates}. */
    public static WireHarness grpcClassic(String certificate) {
        FakeSuperLink superLink = new FakeSuperLink("grpc-classic");
        try {
            Front front = new GrpcFront(superLink, TestCertificates.grpc(certificate));
            return new WireHarness(superLink, front, TestCertificates.trusting("ca"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns a SuperLink of 1.40 that has TLS with a certificate of {@link TestCertificates}. */
    public static WireHarness httpAcquire(String certificate) {
        FakeSuperLink superLink = new FakeSuperLink("http-acquire");
        try {
            Front front = new HttpFront(superLink, TestCertificates.http(certificate));
            return new WireHarness(superLink, front, TestCertificates.trusting("ca"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public FakeSuperLink superLink() {
        return superLink;
    }

    /** Makes an HTTP server tell the time of the machine, which is not that of the options. */
    public WireHarness tellingTime() {
        if (front instanceof HttpFront http) {
            http.tellTime();
        }
        return this;
    }

    public Front front() {
        return front;
    }

    /** Returns options whose time stands still, whose pauses are none and whose chance is seeded. */
    public SuperLinkOptions options() {
        WireSettings wire = WireSettings.of(TestMessages.clock(), new NoPauses(), new SplittableRandom(1));
        return new SuperLinkOptions(Duration.ZERO, security, LauncherAuth.none(), Optional.empty(), wire);
    }

    @Override
    public long submit(Map<String, Object> runConfig) {
        return superLink.submit(runConfig);
    }

    @Override
    public RunLink executor() {
        return SuperLinks.executor(front.address(), options());
    }

    @Override
    public NodeLink node() {
        return SuperLinks.fleet(front.address(), options());
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
        front.close();
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
