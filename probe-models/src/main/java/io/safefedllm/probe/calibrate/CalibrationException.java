package io.safefedllm.probe.calibrate;

/** No threshold can be given for the budget asked for. The message is one line: why, and what to do. */
public final class CalibrationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CalibrationException(String message) {
        super(message);
    }
}
