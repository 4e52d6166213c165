package io.safefedllm.app.failure;

import java.util.Locale;

/**
 * Every way in which the program ends without having done what it was asked, each with an exit status and a page.
 *
 * <p>Exit status 1 is "failed", 2 is "wrong usage: the same call can never succeed", 130 is "interrupted". A test compares
 * this list with the pages under {@code docs/exit-codes}; numbers are never given a second meaning.
 */
public enum FailureCode {
    /** Raised by the launcher. */
    NO_JAVA(1, 1, "No suitable JDK"),
    /** Raised by the launcher. */
    BUILD_FAILED(2, 1, "The build failed"),

    USAGE(100, 2, "Wrong usage of the command line"),
    FILE_MISSING(101, 2, "A file or directory is missing"),
    FILE_ACCESS(102, 1, "A file cannot be read or written"),
    DATA_MALFORMED(103, 1, "A data file is malformed"),
    MODEL_DIRECTORY(104, 1, "Not a usable model directory"),
    PROBE_FILE(105, 1, "Not a usable probe file"),
    ADAPTER_DIRECTORY(106, 1, "Not a usable adapter directory"),
    JOURNAL(107, 1, "The journal is not as it was written"),
    CREDENTIAL_FILE(108, 1, "Not a usable key, secret or certificate file"),

    INTERRUPTED(130, 130, "Interrupted"),

    SETTINGS(201, 2, "An unknown or impossible setting"),
    CONFIG_FILE(202, 2, "The configuration file is malformed"),

    SUPERLINK_UNREACHABLE(301, 1, "The SuperLink does not answer"),
    NOT_A_SUPERLINK(302, 1, "No usable SuperLink at this address"),
    SUPERLINK_LOST(303, 1, "The SuperLink was lost"),
    TLS(304, 1, "No secure connection to the SuperLink"),
    CREDENTIALS(305, 1, "The SuperLink does not accept the credentials"),
    CLOCK(306, 1, "The clocks differ too much"),
    DOWNLOAD(310, 1, "A model cannot be fetched"),

    RUN_FAILED(401, 1, "The run failed"),
    RUN_STOPPED(402, 1, "The run was stopped"),

    ENGINE(501, 1, "The tensor engine cannot start"),
    OUT_OF_MEMORY(502, 1, "Out of memory"),
    TRAINING(503, 1, "The training stopped"),

    PROBE_TRAINING(601, 1, "The probe cannot be trained from these updates"),

    INTERNAL(900, 1, "A defect in the program");

    private final int number;
    private final int exitStatus;
    private final String title;

    FailureCode(int number, int exitStatus, String title) {
        this.number = number;
        this.exitStatus = exitStatus;
        this.title = title;
    }

    /** Returns the name that people see, as in {@code SFL-101}. */
    public String label() {
        return String.format(Locale.ROOT, "SFL-%03d", number);
    }

    /** Returns the page that explains the code, relative to the root of the repository. */
    public String page() {
        return "docs/exit-codes/" + label() + ".md";
    }

    /** Returns the status with which the process ends. */
    public int exitStatus() {
        return exitStatus;
    }

    /** Returns the heading of the page. */
    public String title() {
        return title;
    }
}
