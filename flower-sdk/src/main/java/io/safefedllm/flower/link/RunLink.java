package io.safefedllm.flower.link;

import java.util.Optional;

/**
 * An executor's place at a SuperLink: claims runs and drives them.
 *
 * <p>A link is owned by one executor, which closes it. {@link #tryClaim} is called from one thread; the runs that it gives
 * out are independent of each other. All methods throw {@link TransportException}.
 */
public interface RunLink extends AutoCloseable {

    /** Returns the generation of the wire, for example {@code grpc-classic}. */
    String generation();

    /** Returns where the SuperLink is, as an operator would write it. */
    String address();

    /**
     * Looks for a pending run once and claims it.
     *
     * <p>Where the wire shows enough before a claim, runs that the filter refuses are left to others. Where the wire hands out runs
     * unseen, a claimed run may be foreign: ask the filter again. From now on the platform waits 30 seconds for the
     * first heartbeat.
     */
    Optional<RunClaim> tryClaim(RunFilter filter);

    /** Opens the claimed run; sends nothing. Also how a run goes on after a restart of its executor. */
    ClaimedRun open(RunClaim claim);

    /** Releases connections and threads; runs that are open cannot be used afterwards. */
    @Override
    void close();
}
