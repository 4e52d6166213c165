package io.safefedllm.strategy.trust;

/** Whether a client must train the first adapter too in a round, and when it may be told (SF-4.10, SF-7.10). */
public enum ShadowNeed {
    /** It need not. */
    NONE,
    /** It must, and both tasks go out together in an order of their own (SF-13.3). */
    WITH_MAIN,
    /** It must, and is told only when its main update is committed. */
    AFTER_MAIN;

    /** Returns whether there is a shadow run at all. */
    public boolean isNeeded() {
        return this != NONE;
    }
}
