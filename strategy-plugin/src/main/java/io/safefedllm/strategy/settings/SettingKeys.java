package io.safefedllm.strategy.settings;

/** Full keys that other packages name in their messages. */
public final class SettingKeys {
    /** The first adapter's directory. */
    public static final String INITIAL_ADAPTER = CourseTable.INITIAL_ADAPTER.key();

    /** The probe file. */
    public static final String PROBE_PATH = ProbeTable.PATH.key();

    /** The views to score with. */
    public static final String PROBE_VIEWS = ProbeTable.VIEWS.key();

    /** How features are scaled. */
    public static final String PROBE_NORMALIZE = ProbeTable.NORMALIZE.key();

    /** Whether a run that is not the probe's is refused. */
    public static final String PROBE_STRICT = ProbeTable.STRICT.key();

    /** How the adapter level places its cut. */
    public static final String ADAPTER_RULE = TrustTable.ADAPTER_RULE.key();

    /** The run to go on with. */
    public static final String RESUME_FROM = CourseTable.RESUME_FROM.key();

    /** How settled clients are audited. */
    public static final String EVIDENCE_AUDIT = TrustTable.EVIDENCE_AUDIT.key();

    /** Rank of the first adapter. */
    public static final String LORA_R = LocalTable.LORA_R.key();

    /** Alpha of the first adapter. */
    public static final String LORA_ALPHA = LocalTable.LORA_ALPHA.key();

    private SettingKeys() {}
}
