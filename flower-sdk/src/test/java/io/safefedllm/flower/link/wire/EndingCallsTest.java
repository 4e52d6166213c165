package io.safefedllm.flower.link.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.MessageLite;
import io.safefedllm.flower.link.TestMessages;
import io.safefedllm.flower.link.TransportException;
import io.safefedllm.flower.link.TransportException.Status;
import io.safefedllm.flower.link.fake.WireHarness.NoPauses;
import io.safefedllm.flower.proto.PushTaskOutputRequest;
import io.safefedllm.flower.proto.PushTaskOutputResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EndingCallsTest {

    private final TransportException neverLeft =
            new TransportException(Status.UNAVAILABLE, "connection refused", false, null);
    private final TransportException answerLost =
            new TransportException(Status.UNAVAILABLE, "connection reset", true, null);
    private final TransportException refused =
            new TransportException(Status.UNAUTHENTICATED, "no such token", true, null);

    @Test
    void make_refusedAtOnce_fails() {
        assertThat(failure(refused)).isEqualTo(Status.UNAUTHENTICATED);
    }

    @ParameterizedTest
    @EnumSource(names = {"UNAUTHENTICATED", "PERMISSION_DENIED", "FAILED_PRECONDITION"})
    void make_refusedAfterAnAnswerThatWasLost_isDone(Status refusal) {
        assertThat(failure(answerLost, new TransportException(refusal, "no", true, null)))
                .isNull();
    }

    @Test
    void make_refusedAfterAttemptsThatNeverLeft_fails() {
        assertThat(failure(neverLeft, neverLeft, refused)).isEqualTo(Status.UNAUTHENTICATED);
    }

    @Test
    void make_refusedAfterOneAttemptThatLeftAndOneThatDidNot_isDone() {
        assertThat(failure(answerLost, neverLeft, refused)).isNull();
    }

    @Test
    void make_aFaultAfterAnAnswerThatWasLost_fails() {
        assertThat(failure(answerLost, new TransportException(Status.INTERNAL, "fault", true, null)))
                .isEqualTo(Status.INTERNAL);
    }

    @Test
    void make_anAnswerAtLast_isDone() {
        assertThat(failure(answerLost, neverLeft)).isNull();
    }

    /** Makes a call whose attempts fail one after the other as given; returns how it failed, or nothing if it counts as done. */
    private static @Nullable Status failure(TransportException... attempts) {
        WireSettings settings = WireSettings.of(TestMessages.clock(), new NoPauses(), new SplittableRandom(1));
        try (RpcCaller rpc =
                new RpcCaller(new Script(new ArrayDeque<>(List.of(attempts))), Duration.ofMinutes(1), settings)) {
            TransportException thrown = catchThrowableOfType(
                    TransportException.class,
                    () -> EndingCalls.make(() -> rpc.call(
                            CallKind.REPEATABLE,
                            "Runtime",
                            "PushTaskOutput",
                            PushTaskOutputRequest.getDefaultInstance(),
                            PushTaskOutputResponse.getDefaultInstance(),
                            RpcHeaders.none())));
            return thrown == null ? null : thrown.status();
        }
    }

    /** Fails as it is told, then answers. */
    private record Script(Queue<TransportException> failures) implements RpcChannel {

        @Override
        public String transport() {
            return "script";
        }

        @Override
        public <R extends MessageLite> R call(RpcCall<R> call) {
            TransportException next = failures.poll();
            if (next != null) {
                throw next;
            }
            return call.response();
        }

        @Override
        public void close() {}
    }
}
