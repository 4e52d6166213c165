package io.safefedllm.strategy.round;

import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.strategy.evidence.CanaryGauge;
import io.safefedllm.strategy.evidence.CanaryReading;
import io.safefedllm.strategy.exchange.ServerRound;
import io.safefedllm.strategy.trust.CanaryThreshold;
import org.jspecify.annotations.Nullable;

/** Reads the canaries of a round once, for the policy that asks for the threshold and for the report. */
public final class CanaryStation implements CanaryThreshold {
    private final CanaryGauge gauge;
    private final String identity;
    private @Nullable ServerRound at;
    private @Nullable CanaryReading reading;

    /**
     * Makes a station that has read nothing yet.
     *
     * @param identity of the canaries that the gauge reads
     */
    public CanaryStation(CanaryGauge gauge, String identity) {
        this.gauge = gauge;
        this.identity = identity;
    }

    String identity() {
        return identity;
    }

    /** Trains the canaries of a round and keeps what they say. */
    CanaryReading read(ServerRound round, LoraAdapter global) {
        CanaryReading fresh = gauge.read(round, global);
        at = round;
        reading = fresh;
        return fresh;
    }

    @Override
    public double of(ServerRound round) {
        CanaryReading known = reading;
        if (known == null || !round.equals(at)) {
            throw new IllegalStateException("the canaries of round " + round + " were not read");
        }
        return known.threshold();
    }
}
