package io.safefedllm.flower.app;

import io.safefedllm.flower.link.Grid;
import io.safefedllm.flower.link.RunStatus;
import io.safefedllm.flower.link.RunStoppedException;
import io.safefedllm.flower.link.TransportException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One call of a server app: the rim where whatever it throws becomes an outcome. */
final class ServerAppCall {

    private static final Logger LOG = LoggerFactory.getLogger(ServerAppCall.class);

    private ServerAppCall() {}

    /** Runs the app on this thread. {@link Error}s pass; an interrupt counts as a stop and stays set. */
    static RunOutcome run(ServerApp app, Grid grid, ServerContext context) {
        long runId = context.runId();
        try {
            app.run(grid, context);
            return new RunOutcome(runId, RunStatus.COMPLETED, "", null);
        } catch (RunStoppedException e) {
            return outcome(runId, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new RunOutcome(runId, RunStatus.STOPPED, "the server app was interrupted", e);
        } catch (Exception e) {
            LOG.debug("The server app of run {} failed", Long.toUnsignedString(runId), e);
            boolean cancelled =
                    e instanceof TransportException failure && failure.status() == TransportException.Status.CANCELLED;
            return new RunOutcome(runId, cancelled ? RunStatus.STOPPED : RunStatus.FAILED, reason(e), e);
        }
    }

    /** Returns the outcome of a run that ended underneath its app. */
    static RunOutcome outcome(long runId, RunStoppedException e) {
        RunStatus status = e.reason() == RunStoppedException.Reason.LOST ? RunStatus.FAILED : RunStatus.STOPPED;
        return new RunOutcome(runId, status, String.valueOf(e.getMessage()), e);
    }

    private static String reason(Exception e) {
        String message = String.valueOf(e.getMessage()).strip();
        return e.getMessage() == null || message.isEmpty() ? e.getClass().getName() : message;
    }
}
