package io.safefedllm.flower.app;

import io.safefedllm.flower.link.RunClaim;
import java.io.IOException;

/**
 * Takes over runs that an executor had to claim unseen and that are not its own, for example by starting Flower's own {@code
 * flwr-serverapp}.
 */
@FunctionalInterface
public interface ForeignRunHandler {

    /**
     * Takes the run over, or declines.
     *
     * <p>The claim is good for sixty seconds; from then on whoever took it keeps it alive and ends the run. Returns soon.
     *
     * @param address the executor address of the SuperLink, {@code HOST:PORT}
     * @return whether the run was taken over; if not, it is ended as failed
     * @throws IOException if taking it over failed; the run is ended as failed
     */
    boolean takeOver(RunClaim claim, String address) throws IOException;

    /** Returns a handler that declines. */
    static ForeignRunHandler none() {
        return (claim, address) -> false;
    }
}
