package io.safefedllm.flower.link;

import java.util.Optional;

/**
 * The right to drive one run: what a {@link RunLink} gave out when it claimed the run, and all it needs to go on with it
 * after a restart.
 *
 * <p>Whoever knows {@link #secret()} can drive the run, so the text form leaves it out and files that hold it must be
 * readable by their owner only.
 */
public final class RunClaim {

    private final String generation;
    private final long runId;
    private final long taskId;
    private final String secret;
    private final Optional<String> fabId;
    private final Optional<String> fabHash;

    private RunClaim(Builder builder) {
        this.generation = builder.generation;
        this.runId = builder.runId;
        this.taskId = builder.taskId;
        this.secret = builder.secret;
        this.fabId = builder.fabId.isEmpty() ? Optional.empty() : Optional.of(builder.fabId);
        this.fabHash = builder.fabHash.isEmpty() ? Optional.empty() : Optional.of(builder.fabHash);
    }

    /** Starts a claim of the run, obtained over the given generation of the wire. */
    public static Builder of(String generation, long runId, String secret) {
        return new Builder(generation, runId, secret);
    }

    public String generation() {
        return generation;
    }

    public long runId() {
        return runId;
    }

    /** Returns the task's id, or 0 where the wire has no tasks. */
    public long taskId() {
        return taskId;
    }

    /** Returns the token that every call for this run carries. */
    public String secret() {
        return secret;
    }

    /** Returns {@code publisher/name} of the app if the wire shows it before the inputs are pulled. */
    public Optional<String> fabId() {
        return fabId;
    }

    /** Returns the lower-case SHA-256 of the app's FAB if the wire shows it before the inputs are pulled. */
    public Optional<String> fabHash() {
        return fabHash;
    }

    @Override
    public String toString() {
        return "run " + Long.toUnsignedString(runId) + " over " + generation;
    }

    /** Collects the parts of a claim. */
    public static final class Builder {
        private final String generation;
        private final long runId;
        private final String secret;
        private long taskId;
        private String fabId = "";
        private String fabHash = "";

        private Builder(String generation, long runId, String secret) {
            this.generation = generation;
            this.runId = runId;
            this.secret = secret;
        }

        public Builder taskId(long value) {
            this.taskId = value;
            return this;
        }

        /** Sets the FAB id; the empty string means unknown. */
        public Builder fabId(String value) {
            this.fabId = value;
            return this;
        }

        /** Sets the FAB hash; the empty string means unknown. */
        public Builder fabHash(String value) {
            this.fabHash = value;
            return this;
        }

        public RunClaim build() {
            return new RunClaim(this);
        }
    }
}
