package io.safefedllm.app.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

class FailureReportTest {
    @Test
    void line_ofAFailure_hasReasonRemedyCodeAndPage() {
        Failure failure = new Failure(FailureCode.DATA_MALFORMED, "line 3 of 'x.json' is no JSON", "Correct the line");

        assertThat(FailureReport.of(failure).line())
                .isEqualTo("safe-fedllm: line 3 of 'x.json' is no JSON. Correct the line."
                        + " SFL-103 (docs/exit-codes/SFL-103.md)");
    }

    @Test
    void line_ofATextWithLineBreaks_isOneLine() {
        FailureReport report = new FailureReport(FailureCode.INTERNAL, "first\n  second\r\nthird", "");

        assertThat(report.line()).doesNotContain("\n", "\r").contains("first | second | third.");
    }

    @Test
    void of_missingFile_isWrongUsage() {
        FailureReport report = FailureReport.of(new UncheckedIOException(new NoSuchFileException("a/b.json")));

        assertThat(report.code()).isEqualTo(FailureCode.FILE_MISSING);
        assertThat(report.reason()).isEqualTo("there is no 'a/b.json'");
    }

    @Test
    void of_deniedFile_isAFailedAccess() {
        assertThat(FailureReport.of(new AccessDeniedException("a")).code()).isEqualTo(FailureCode.FILE_ACCESS);
    }

    @Test
    void of_cancelledWork_isAnInterruption() {
        assertThat(FailureReport.of(new CancellationException()).code().exitStatus())
                .isEqualTo(130);
    }

    @Test
    void of_unknownException_isADefectOfOurs() {
        FailureReport report = FailureReport.of(new IllegalStateException("that cannot be"));

        assertThat(report.code()).isEqualTo(FailureCode.INTERNAL);
        assertThat(report.line())
                .contains("IllegalStateException: that cannot be")
                .contains("--debug");
    }
}
