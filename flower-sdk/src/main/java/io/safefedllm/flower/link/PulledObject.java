package io.safefedllm.flower.link;

/** The answer to a request for an object. The bytes belong to the receiver. */
public final class PulledObject {

    /** How far the object is. */
    public enum State {
        /** The platform does not have it and will not get it. */
        GONE,
        /** It was announced and its sender is still uploading. */
        PENDING,
        /** Here it is. */
        AVAILABLE
    }

    private static final byte[] NOTHING = new byte[0];

    private final State state;
    private final byte[] bytes;

    private PulledObject(State state, byte[] bytes) {
        this.state = state;
        this.bytes = bytes;
    }

    public static PulledObject gone() {
        return new PulledObject(State.GONE, NOTHING);
    }

    public static PulledObject pending() {
        return new PulledObject(State.PENDING, NOTHING);
    }

    /** Takes over the array. */
    public static PulledObject available(byte[] bytes) {
        return new PulledObject(State.AVAILABLE, bytes);
    }

    public State state() {
        return state;
    }

    /** Returns the array itself, empty unless {@link State#AVAILABLE}. */
    public byte[] bytes() {
        return bytes;
    }

    @Override
    public String toString() {
        return state + " (" + bytes.length + " bytes)";
    }
}
