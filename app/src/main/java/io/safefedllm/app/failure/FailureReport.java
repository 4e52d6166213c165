package io.safefedllm.app.failure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * What a failure looks like from outside: one line and an exit status.
 *
 * @param code the failure's code
 * @param reason what is wrong, one line
 * @param remedy what to do, one line, possibly empty
 */
public record FailureReport(FailureCode code, String reason, String remedy) {
    private static final int MAX_REASON = 600;

    /** Puts both texts on one line each. */
    public FailureReport {
        reason = oneLine(reason);
        remedy = oneLine(remedy);
    }

    /** Returns the report of {@code thrown}; what no rule knows is a defect of ours. */
    public static FailureReport of(Throwable thrown) {
        if (thrown instanceof Failure failure) {
            return new FailureReport(failure.code(), String.valueOf(failure.getMessage()), failure.remedy());
        }
        if (thrown instanceof UncheckedIOException unchecked && unchecked.getCause() != null) {
            return of(unchecked.getCause());
        }
        if (thrown instanceof IOException io && KnownExceptions.codeOf(thrown).isEmpty()) {
            return ofFile(io);
        }
        if (thrown instanceof OutOfMemoryError) {
            return new FailureReport(
                    FailureCode.OUT_OF_MEMORY,
                    "ran out of memory: " + thrown.getMessage(),
                    "Set SAFE_FEDLLM_HEAP to more than now, for instance 4g, or use a smaller model or batch");
        }
        if (thrown instanceof InterruptedException || thrown instanceof CancellationException) {
            return interrupted();
        }
        return KnownExceptions.codeOf(thrown)
                .map(code -> new FailureReport(code, KnownExceptions.reasonOf(thrown), ""))
                .orElseGet(() -> internal(thrown));
    }

    /** Returns the report of a process that was told to end before it was done. */
    public static FailureReport interrupted() {
        return new FailureReport(FailureCode.INTERRUPTED, "interrupted before it was done", "");
    }

    /** Returns the last line of the failed process, without a line break. */
    public String line() {
        StringBuilder line = new StringBuilder("safe-fedllm: ").append(sentence(reason));
        if (!remedy.isEmpty()) {
            line.append(' ').append(sentence(remedy));
        }
        return line.append(' ')
                .append(code.label())
                .append(" (")
                .append(code.page())
                .append(')')
                .toString();
    }

    private static FailureReport ofFile(IOException thrown) {
        if (thrown instanceof NoSuchFileException missing) {
            return new FailureReport(
                    FailureCode.FILE_MISSING, "there is no '" + missing.getFile() + "'", "Check the path");
        }
        if (thrown instanceof FileSystemException file && file.getFile() != null) {
            return new FailureReport(FailureCode.FILE_ACCESS, fileReason(file), "Check its permissions and the disk");
        }
        return new FailureReport(
                FailureCode.FILE_ACCESS, named(thrown), "Check the file, its permissions and the disk");
    }

    private static String fileReason(FileSystemException thrown) {
        String file = "'" + thrown.getFile() + "'";
        if (thrown instanceof AccessDeniedException) {
            return "no permission for " + file;
        }
        if (thrown instanceof FileAlreadyExistsException) {
            return file + " is in the way";
        }
        if (thrown instanceof NotDirectoryException) {
            return file + " is not a directory";
        }
        String why = thrown.getReason();
        return "cannot use " + file + (why == null ? "" : ": " + why);
    }

    private static FailureReport internal(Throwable thrown) {
        return new FailureReport(
                FailureCode.INTERNAL,
                "unexpected " + named(thrown),
                "Run it again with --debug and report what it prints");
    }

    private static String named(Throwable thrown) {
        String message = thrown.getMessage();
        String name = thrown.getClass().getSimpleName();
        return message == null || message.isBlank() ? name : name + ": " + message;
    }

    private static String sentence(String text) {
        return text.endsWith(".") || text.endsWith("?") || text.endsWith("!") ? text : text + ".";
    }

    private static String oneLine(@Nullable String text) {
        String flat = text == null ? "" : text.strip().replaceAll("\\s*\\R\\s*", " | ");
        return flat.length() <= MAX_REASON ? flat : flat.substring(0, MAX_REASON) + "…";
    }
}
