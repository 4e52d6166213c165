package io.safefedllm.strategy.settings;

/** Full keys that other packages name in their messages. */
public final class SettingKeys {
    /** The first adapter's directory. */
    public static final String INITIAL_ADAPTER = SettingsTable.INITIAL_ADAPTER.key();

    /** The probe file. */
    public static final String PROBE_PATH = SettingsTable.PROBE_PATH.key();

    /** The views to score with. */
    public static final String PROBE_VIEWS = SettingsTable.PROBE_VIEWS.key();

    /** Rank of the first adapter. */
    public static final String LORA_R = SettingsTable.LORA_R.key();

    /** Alpha of the first adapter. */
    public static final String LORA_ALPHA = SettingsTable.LORA_ALPHA.key();

    private SettingKeys() {}
}
