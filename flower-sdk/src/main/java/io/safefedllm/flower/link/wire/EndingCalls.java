package io.safefedllm.flower.link.wire;

import io.safefedllm.flower.link.TransportException;
import io.safefedllm.flower.link.TransportException.Status;

/**
 * Calls that end something, of which a second one is refused. A refusal counts as done where an earlier attempt, whose answer was lost,
 * may have been received; where none was, the platform has refused what is asked for (PROTOCOL 12.3).
 */
public final class EndingCalls {

    private EndingCalls() {}

    /**
     * Makes such a call.
     *
     * @throws TransportException if it failed, or was refused at once
     */
    public static void make(Runnable call) {
        try {
            call.run();
        } catch (TransportException e) {
            if (!e.wasSentBefore() || !isRefusal(e.status())) {
                throw e;
            }
        }
    }

    private static boolean isRefusal(Status status) {
        return status == Status.UNAUTHENTICATED
                || status == Status.PERMISSION_DENIED
                || status == Status.FAILED_PRECONDITION;
    }
}
