package io.safefedllm.flower.link.wire;

import io.safefedllm.flower.link.ClaimedRun;
import io.safefedllm.flower.link.RunClaim;
import io.safefedllm.flower.link.RunFilter;
import io.safefedllm.flower.link.RunLink;
import io.safefedllm.flower.link.TransportException;
import io.safefedllm.flower.link.TransportException.Status;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** An executor's place at a SuperLink of any generation. Owns the caller and with it the channel. */
public final class WireRunLink implements RunLink {

    private final RpcCaller rpc;
    private final ExecutorDialect dialect;
    private final String address;
    private final WireSettings settings;
    private final UnaryOperator<TransportException> diagnosis;
    private final ObjectTransfer transfer = new ObjectTransfer();

    /**
     * Makes the link of an executor.
     *
     * @param rpc the caller, which the link closes
     * @param diagnosis says more about a look for runs that was refused as not authentic
     */
    public WireRunLink(
            RpcCaller rpc,
            ExecutorDialect dialect,
            String address,
            WireSettings settings,
            UnaryOperator<TransportException> diagnosis) {
        this.diagnosis = diagnosis;
        this.rpc = rpc;
        this.dialect = dialect;
        this.address = address;
        this.settings = settings;
    }

    @Override
    public String generation() {
        return dialect.generation();
    }

    @Override
    public String address() {
        return address;
    }

    @Override
    public Optional<RunClaim> tryClaim(RunFilter filter) {
        try {
            return dialect.tryClaim(filter);
        } catch (TransportException e) {
            throw e.status() == Status.UNAUTHENTICATED ? diagnosis.apply(e) : e;
        }
    }

    @Override
    public ClaimedRun open(RunClaim claim) {
        return new WireRun(claim, dialect, rpc, transfer, settings);
    }

    @Override
    public void close() {
        transfer.close();
        rpc.close();
    }

    @Override
    public String toString() {
        return generation() + " at " + address;
    }
}
