package io.safefedllm.flower.message;

/**
 * Why there is no content.
 *
 * @param code one of the constants here, or another number that a peer chose
 * @param reason free text for people, possibly empty
 */
public record MessageError(long code, String reason) {
    /** No reason known. */
    public static final long UNKNOWN = 0;

    /** The ClientApp could not be loaded. */
    public static final long LOAD_CLIENT_APP = 1;

    /** The ClientApp threw an exception. */
    public static final long CLIENT_APP_RAISED = 2;

    /** The instruction is unknown to the SuperLink, or expired. */
    public static final long MESSAGE_UNAVAILABLE = 3;

    /** The reply expired before it was collected. */
    public static final long REPLY_UNAVAILABLE = 4;

    /** The node is offline or has left. */
    public static final long NODE_UNAVAILABLE = 5;

    /** A precondition of a mod does not hold. */
    public static final long MOD_FAILED_PRECONDITION = 6;

    /** The app bundle does not pass the node's checks. */
    public static final long INVALID_FAB = 7;

    /** The process of the ClientApp ended without an answer. */
    public static final long CLIENT_APP_CRASHED = 8;
}
