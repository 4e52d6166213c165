package io.safefedllm.flower.app;

import io.safefedllm.flower.link.AppIdentity;
import io.safefedllm.flower.link.ClaimedRun;
import io.safefedllm.flower.link.LogLevel;
import io.safefedllm.flower.link.RunClaim;
import io.safefedllm.flower.link.RunFilter;
import io.safefedllm.flower.link.RunInputs;
import io.safefedllm.flower.link.RunStatus;
import io.safefedllm.flower.link.RunStoppedException;
import io.safefedllm.flower.link.RunStoppedException.Reason;
import io.safefedllm.flower.link.TransportException;
import io.safefedllm.flower.link.TransportException.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One claimed run from its claim, or from a restart of its executor, to its end. {@link #serve} is called once; {@link #close()} from
 * any thread.
 */
final class ServedRun {

    private static final Logger LOG = LoggerFactory.getLogger(ServedRun.class);

    /** A heartbeat is good for a minute. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final RunClaim claim;
    private final boolean left;
    private final Optional<RunInputs> kept;
    private final ServerAppExecutor.Builder settings;
    private final ClaimedRun run;
    private final RunLog log;
    private final RunGrid grid;

    private ServedRun(RunClaim claim, boolean left, Optional<RunInputs> kept, ServerAppExecutor.Builder settings) {
        this.claim = claim;
        this.left = left;
        this.kept = kept;
        this.settings = settings;
        this.run = settings.link.open(claim);
        this.log = new RunLog(run, settings.pauses);
        this.grid = new RunGrid(run, log, settings.pauses);
    }

    /** A run that this process has claimed. */
    static ServedRun claimed(RunClaim claim, ServerAppExecutor.Builder settings) {
        return new ServedRun(claim, false, Optional.empty(), settings);
    }

    /** A run that an earlier process of the executor left, and this one has taken up. */
    static ServedRun left(KeptRun run, ServerAppExecutor.Builder settings) {
        return new ServedRun(run.claim(), true, run.inputs(), settings);
    }

    /** Makes the app's next call of the grid throw; the run ends as stopped. */
    void close() {
        grid.end(new RunStoppedException(Reason.CLOSING, "the executor is closing"));
    }

    /** Serves the run; returns its outcome, or nothing if it was foreign. */
    Optional<RunOutcome> serve() {
        try (Heartbeats heartbeats = new Heartbeats(
                run::heartbeat, PATIENCE, failure -> grid.end(run.gone()), settings.pauses, settings.dice)) {
            RunFilter.Verdict verdict = verdict();
            if (verdict == RunFilter.Verdict.FOREIGN) {
                handOn();
                return Optional.empty();
            }
            heartbeats.start();
            return drive(verdict);
        }
    }

    /** A run whose inputs were kept was decided by them before it was taken up. */
    private RunFilter.Verdict verdict() {
        return kept.isPresent() ? RunFilter.Verdict.OURS : settings.filter.decide(claim.fabId(), claim.fabHash());
    }

    private Optional<RunOutcome> drive(RunFilter.Verdict verdict) {
        RunInputs inputs;
        try {
            inputs = inputs();
        } catch (RunStoppedException e) {
            return Optional.of(end(ServerAppCall.outcome(claim.runId(), e), null));
        } catch (TransportException e) {
            return Optional.of(end(new RunOutcome(claim.runId(), RunStatus.FAILED, withoutInputs(e), e), null));
        } catch (IOException e) {
            return Optional.of(
                    end(new RunOutcome(claim.runId(), RunStatus.FAILED, String.valueOf(e.getMessage()), e), null));
        }
        if (verdict == RunFilter.Verdict.UNDECIDED && isForeign(inputs.app())) {
            end(new RunOutcome(claim.runId(), RunStatus.FAILED, foreignByInputs(inputs.app()), null), inputs);
            return Optional.empty();
        }
        settings.listener.started(inputs);
        RunOutcome outcome = ServerAppCall.run(settings.app, grid, new SimpleServerContext(inputs, settings.clock));
        return Optional.of(end(outcome, inputs));
    }

    private RunInputs inputs() throws IOException {
        if (kept.isPresent()) {
            return kept.get();
        }
        settings.claims.keep(KeptRun.of(claim));
        RunInputs inputs = run.inputs();
        settings.claims.keep(KeptRun.of(claim, inputs));
        return inputs;
    }

    private String withoutInputs(TransportException failure) {
        return left && failure.status() == Status.FAILED_PRECONDITION
                ? "its inputs were given out before, to an executor that was killed at that moment; start the run again ("
                        + failure.getMessage() + ")"
                : failure.getMessage();
    }

    private boolean isForeign(AppIdentity app) {
        return settings.filter.decide(Optional.of(app.fabId()), Optional.of(app.fabHash()))
                == RunFilter.Verdict.FOREIGN;
    }

    private void handOn() {
        String problem = "start it with --python-serverapp PATH to hand such runs to Flower's flwr-serverapp, or"
                + " with --runs all to take them";
        try {
            run.heartbeat();
            if (settings.foreignRuns.takeOver(claim, settings.link.address())) {
                log.close();
                settings.listener.handedOn(claim);
                return;
            }
        } catch (IOException e) {
            LOG.warn("Run {} could not be handed on: {}", Long.toUnsignedString(claim.runId()), e.getMessage());
            problem = "handing it to flwr-serverapp failed: " + e.getMessage();
        } catch (TransportException e) {
            LOG.warn("Run {} was lost before it could be handed on", Long.toUnsignedString(claim.runId()), e);
            return;
        }
        end(new RunOutcome(claim.runId(), RunStatus.FAILED, foreign() + problem, null), null);
    }

    private String foreign() {
        return "FAB " + claim.fabHash().or(claim::fabId).orElse("unknown")
                + " is not served by this executor, which takes " + settings.filter + "; ";
    }

    private String foreignByInputs(AppIdentity app) {
        return "app " + app.fabId() + " is not served by this executor, which takes " + settings.filter
                + "; over " + claim.generation() + " an app's id is known too late to hand its runs on: list FAB"
                + " hashes (" + app.fabHash() + ") with --runs instead";
    }

    // An interrupt has done its work once the app has returned; while it stays set no call can be made.
    private RunOutcome end(RunOutcome outcome, @Nullable RunInputs inputs) {
        boolean interrupted = Thread.interrupted();
        boolean over = isOver(outcome);
        try {
            RunOutcome reported = over ? outcome : report(outcome, inputs);
            settings.claims.forget(claim.runId());
            settings.listener.ended(reported);
            return reported;
        } finally {
            if (over) {
                log.discard();
            } else {
                log.close();
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private RunOutcome report(RunOutcome outcome, @Nullable RunInputs inputs) {
        try {
            if (outcome.status() == RunStatus.FAILED) {
                log.log(LogLevel.ERROR, outcome.reason());
            }
            log.close();
            run.finish(outcome.status(), outcome.reason(), inputs);
            return outcome;
        } catch (RunStoppedException e) {
            return ServerAppCall.outcome(claim.runId(), e);
        } catch (TransportException e) {
            String reason =
                    "the run's end (" + outcome.status().wireName() + ") could not be reported: " + e.getMessage();
            return new RunOutcome(claim.runId(), RunStatus.FAILED, reason, e);
        }
    }

    /** Returns whether there is nobody left to whom the end could be reported. */
    private boolean isOver(RunOutcome outcome) {
        return outcome.cause() instanceof RunStoppedException e
                ? e.reason() != Reason.CLOSING
                : TransportException.isConnectionTrouble(outcome.cause()) && !answers();
    }

    /** Some calls fail with the first connection that breaks, so a failed one alone does not say that the SuperLink is gone. */
    private boolean answers() {
        try {
            return run.heartbeat();
        } catch (TransportException e) {
            LOG.debug("{} cannot be reported to its SuperLink", claim, e);
            return false;
        }
    }
}
