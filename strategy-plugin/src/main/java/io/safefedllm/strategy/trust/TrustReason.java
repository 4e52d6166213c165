package io.safefedllm.strategy.trust;

/** Why a weight is what it is, in a short word for the journal and a sentence for people. */
public enum TrustReason {
    /** SF-7.1. */
    VIOLATION("violation", "the reply broke a rule"),
    /** SF-7.1, code 9, decided by the policy. */
    NO_EVIDENCE("no-evidence", "there was no complete evidence"),
    /** SF-4.11: evidence-policy = trust. */
    NO_RECORD("no-record", "the last step has no record, which this run believes"),
    /** SF-7.3c. */
    LAST_STEP("last-step", "the last step was harmful"),
    /** SF-7.3e. */
    MAIN_RUN("main-run", "the submitted update was harmful"),
    /** SF-7.3c. */
    HARMFUL_SHARE("harmful-share", "too many steps were harmful"),
    /** SF-14. */
    ADAPTER_SCORE("adapter-score", "the logit lies above the cut of the round"),
    /** SF-7.6, {@code duplicates = strike}. */
    COPY("copy", "another client of the round sent the same update"),
    /** SF-7.6, {@code duplicates = strike}. */
    SERVER_STEP("server-step", "the update repeats what an earlier round changed"),
    /** SF-7.5. */
    QUARANTINE_STARTS("quarantine-starts", "too many harmful rounds of late: quarantine starts"),
    /** SF-7.5. */
    QUARANTINED("quarantined", "the client is in quarantine"),
    /** SF-7.5. */
    QUARANTINE_ENDS("quarantine-ends", "the quarantine ends with this round"),
    /** SF-4.5, {@code evidence.permanent-freeze}. */
    BANNED("banned", "the client is barred for good"),
    /** SF-7.4. */
    RECOVERING("recovering", "trust is still growing"),
    /** SF-4.5. */
    FROZEN("frozen", "the weight of earlier rounds is used"),
    /** SF-4.7. */
    FLOOR("floor", "the floor lifted the weight");

    private final String key;
    private final String sentence;

    TrustReason(String key, String sentence) {
        this.key = key;
        this.sentence = sentence;
    }

    /** Returns the word in the journal. */
    public String key() {
        return key;
    }

    /** Returns the reason in words, without a full stop. */
    public String sentence() {
        return sentence;
    }
}
