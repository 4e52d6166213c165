package io.safefedllm.client.data;

/**
 * Settings that DJL's native libraries read once, when their first class is initialised. Holds no DJL type itself.
 *
 * <p>Without them the engine and the tokenizer contact a cloud metadata address when they start (LORA-TRAINER 8.1).
 */
public final class NativeSettings {
    private static final String OPT_OUT = "OPT_OUT_TRACKING";
    private static final String OFFLINE = "ai.djl.offline";

    private NativeSettings() {}

    /** Switches tracking and downloads off. Must run before the first DJL class is touched; later calls do nothing. */
    public static void apply() {
        System.setProperty(OPT_OUT, "true");
        System.setProperty(OFFLINE, "true");
    }
}
