package io.safefedllm.flower.link.embedded;

import io.safefedllm.flower.link.AppIdentity;
import io.safefedllm.flower.link.ClaimedRun;
import io.safefedllm.flower.link.RunClaim;
import io.safefedllm.flower.link.RunFilter;
import io.safefedllm.flower.link.RunInputs;
import io.safefedllm.flower.link.RunLink;
import io.safefedllm.flower.link.RunStatus;
import io.safefedllm.flower.link.RunStoppedException;
import io.safefedllm.flower.message.Message;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An executor's place at an {@link EmbeddedSuperLink}. */
final class EmbeddedRunLink implements RunLink {

    private final EmbeddedSuperLink superLink;

    EmbeddedRunLink(EmbeddedSuperLink superLink) {
        this.superLink = superLink;
    }

    @Override
    public String generation() {
        return EmbeddedSuperLink.GENERATION;
    }

    @Override
    public String address() {
        return EmbeddedSuperLink.ADDRESS;
    }

    @Override
    public Optional<RunClaim> tryClaim(RunFilter filter) {
        return superLink.claim(filter).map(run -> {
            AppIdentity app = run.details.app();
            return RunClaim.of(EmbeddedSuperLink.GENERATION, run.details.runId(), "")
                    .fabId(app.fabId())
                    .fabHash(app.fabHash())
                    .build();
        });
    }

    @Override
    public ClaimedRun open(RunClaim claim) {
        return new Run(claim);
    }

    @Override
    public void close() {
        // Nothing is held.
    }

    private final class Run implements ClaimedRun {
        private final RunClaim claim;

        Run(RunClaim claim) {
            this.claim = claim;
        }

        @Override
        public RunClaim claim() {
            return claim;
        }

        @Override
        public boolean heartbeat() {
            return superLink.isRunning(claim.runId());
        }

        @Override
        public RunInputs inputs() {
            requireRunning();
            superLink.pullInputs(claim.runId());
            EmbeddedRun run = superLink.run(claim.runId());
            return new RunInputs(claim.runId(), run.details.app(), run.details.runConfig(), new byte[0]);
        }

        @Override
        public List<Long> nodeIds() {
            requireRunning();
            return superLink.onlineNodes();
        }

        @Override
        public List<String> send(List<Message> messages) {
            requireRunning();
            return superLink.send(claim.runId(), messages);
        }

        @Override
        public List<Message> poll(Collection<String> messageIds) {
            requireRunning();
            return superLink.poll(claim.runId(), messageIds);
        }

        @Override
        public void log(String text) {
            requireRunning();
            superLink.appendLog(claim.runId(), text);
        }

        @Override
        public void finish(RunStatus status, String reason, @Nullable RunInputs inputs) {
            requireRunning();
            superLink.end(claim.runId(), status, reason);
        }

        @Override
        public RunStoppedException gone() {
            return new RunStoppedException(
                    RunStoppedException.Reason.STOPPED_BY_USER,
                    "run " + Long.toUnsignedString(claim.runId()) + " is not running any more");
        }

        private void requireRunning() {
            if (!superLink.isRunning(claim.runId())) {
                throw gone();
            }
        }
    }
}
