package io.safefedllm.flower.app;

import io.safefedllm.flower.link.NodeLink;
import io.safefedllm.flower.link.TransportException;
import io.safefedllm.flower.link.wire.Pauses;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The runs to which a node has replied so lately that their executors may not have fetched the reply yet. A reply of a node that has left
 * is not delivered. Confined to the thread of the node.
 */
final class RecentReplies {

    private static final Logger LOG = LoggerFactory.getLogger(RecentReplies.class);

    /**
     * Flower's own executor looks for replies every three seconds. No more than that, because a node that stays without working keeps the
     * next round waiting.
     */
    private static final Duration TIME_TO_FETCH = Duration.ofSeconds(5);

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);

    private final NodeLink link;
    private final Pauses pauses;

    /** When the last reply to each run was sent. */
    private final Map<Long, Long> nanosOfRuns = new LinkedHashMap<>();

    RecentReplies(NodeLink link, Pauses pauses) {
        this.link = link;
        this.pauses = pauses;
    }

    /** Notes that a reply to the run was sent now. */
    void add(long runId) {
        forgetFetched();
        nanosOfRuns.put(runId, pauses.nanoTime());
    }

    /** Waits until every reply was there to be fetched for five seconds, or its run has ended, or the thread is interrupted. */
    void awaitFetched() {
        while (isAwaited() && pause()) {
            LOG.debug("The node stays for its replies to {} runs", nanosOfRuns.size());
        }
    }

    private boolean isAwaited() {
        forgetFetched();
        nanosOfRuns.keySet().removeIf(run -> !mayBeRunning(run));
        return !nanosOfRuns.isEmpty();
    }

    private void forgetFetched() {
        nanosOfRuns.values().removeIf(nanos -> rest(nanos).compareTo(Duration.ZERO) <= 0);
    }

    private Duration rest(long nanos) {
        return TIME_TO_FETCH.minusNanos(pauses.nanoTime() - nanos);
    }

    private boolean mayBeRunning(long runId) {
        try {
            return link.isRunning(runId);
        } catch (TransportException e) {
            LOG.debug("Cannot tell whether run {} has ended: {}", Long.toUnsignedString(runId), e.getMessage());
            return true;
        }
    }

    /** Pauses until there is something to ask or to forget, which may be now: asking took time. Returns whether it was a whole pause. */
    private boolean pause() {
        Duration next = nanosOfRuns.values().stream()
                .map(this::rest)
                .min(Duration::compareTo)
                .filter(rest -> !rest.isNegative())
                .orElse(Duration.ZERO);
        try {
            pauses.pause(next.compareTo(BETWEEN_LOOKS) < 0 ? next : BETWEEN_LOOKS);
            return !Thread.currentThread().isInterrupted();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
