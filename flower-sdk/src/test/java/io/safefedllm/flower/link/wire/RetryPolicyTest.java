package io.safefedllm.flower.link.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.flower.link.TransportException;
import io.safefedllm.flower.link.TransportException.Status;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RetryPolicyTest {

    private final RetryPolicy policy = new RetryPolicy(Duration.ofSeconds(60));

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "3, 4", "4, 8", "5, 16", "6, 20", "7, 20", "1000, 20"})
    void longestWait_ofAnAttempt_doublesUpToTwentySeconds(int attempt, int seconds) {
        assertThat(policy.longestWait(CallKind.REPEATABLE, failure(Status.UNAVAILABLE, true), attempt, Duration.ZERO))
                .contains(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @EnumSource(names = {"UNAVAILABLE", "DEADLINE_EXCEEDED"})
    void longestWait_afterConnectionTroubleOfEitherKind_isOne(Status trouble) {
        assertThat(policy.longestWait(CallKind.REPEATABLE, failure(trouble, true), 1, Duration.ZERO))
                .isPresent();
    }

    @ParameterizedTest
    @CsvSource({
        "REPEATABLE, true, true",
        "REPEATABLE, false, true",
        "ONCE, true, false",
        "ONCE, false, true",
        "HEARTBEAT, true, false",
        "HEARTBEAT, false, false"
    })
    void longestWait_afterConnectionTrouble_dependsOnTheKindOfCall(CallKind kind, boolean sent, boolean repeated) {
        assertThat(policy.longestWait(kind, failure(Status.UNAVAILABLE, sent), 1, Duration.ZERO))
                .matches(wait -> wait.isPresent() == repeated);
    }

    @ParameterizedTest
    @EnumSource(
            value = Status.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"UNAVAILABLE", "DEADLINE_EXCEEDED"})
    void longestWait_afterARefusal_isNone(Status status) {
        assertThat(policy.longestWait(CallKind.REPEATABLE, failure(status, true), 1, Duration.ZERO))
                .isEmpty();
    }

    @Test
    void longestWait_atTheEndOfTheBudget_isNone() {
        TransportException failure = failure(Status.UNAVAILABLE, false);

        assertThat(policy.longestWait(CallKind.ONCE, failure, 9, Duration.ofMillis(59_999)))
                .isPresent();
        assertThat(policy.longestWait(CallKind.ONCE, failure, 9, Duration.ofSeconds(60)))
                .isEmpty();
    }

    private static TransportException failure(Status status, boolean sent) {
        return new TransportException(status, "trouble", sent, null);
    }
}
