package io.safefedllm.probe.store;

/** A safetensors file is malformed, truncated, or holds a tensor of a type that cannot be used here. */
public final class SafetensorsException extends StoreException {
    private static final long serialVersionUID = 1L;

    SafetensorsException(String message) {
        super(message);
    }

    SafetensorsException(String message, Throwable cause) {
        super(message, cause);
    }
}
