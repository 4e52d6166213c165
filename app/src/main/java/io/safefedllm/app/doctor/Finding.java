package io.safefedllm.app.doctor;

import io.safefedllm.app.failure.FailureCode;

/**
 * One thing that the doctor looked at.
 *
 * @param what its name
 * @param ok whether it can be used
 * @param detail what was found, or why not and what to do
 * @param code the failure's code, empty if it can be used
 */
record Finding(String what, boolean ok, String detail, String code) {
    static Finding good(String what, String detail) {
        return new Finding(what, true, detail, "");
    }

    static Finding bad(String what, String detail, FailureCode code) {
        return new Finding(what, false, detail, code.label());
    }
}
