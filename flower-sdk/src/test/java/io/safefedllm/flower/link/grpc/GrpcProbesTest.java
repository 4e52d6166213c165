package io.safefedllm.flower.link.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.MessageLite;
import io.safefedllm.flower.link.TransportException;
import io.safefedllm.flower.link.TransportException.Status;
import io.safefedllm.flower.link.wire.LauncherAuth;
import io.safefedllm.flower.link.wire.ProbeResult;
import io.safefedllm.flower.link.wire.RpcCall;
import io.safefedllm.flower.link.wire.RpcChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a gRPC server is taken for when it answers some of the questions only. */
class GrpcProbesTest {

    @ParameterizedTest
    @CsvSource({
        "UNAVAILABLE, UNAVAILABLE, it went away while it was asked",
        "DEADLINE_EXCEEDED, DEADLINE_EXCEEDED, it answered too slowly when it was asked",
        "TLS, UNAVAILABLE, it went away while it was asked"
    })
    void executor_oneQuestionWithoutAnAnswer_saysWhatBecameOfItAndWhy(Status lost, Status status, String words) {
        ScriptedChannel channel = new ScriptedChannel(Status.UNIMPLEMENTED, lost, Status.UNAUTHENTICATED);

        ProbeResult result = GrpcProbes.executor(channel, LauncherAuth.none());

        assertThat(result).isInstanceOfSatisfying(ProbeResult.Unusable.class, unusable -> {
            assertThat(unusable.status()).isEqualTo(status);
            assertThat(unusable.reason()).startsWith(words).contains("try again");
            assertThat(unusable.cause().map(TransportException::status)).contains(lost);
        });
    }

    /** Fails each call as it was told. */
    private static final class ScriptedChannel implements RpcChannel {
        private final Deque<Status> failures;

        ScriptedChannel(Status... failures) {
            this.failures = new ArrayDeque<>(List.of(failures));
        }

        @Override
        public <R extends MessageLite> R call(RpcCall<R> call) {
            throw new TransportException(failures.remove(), "no", true, null);
        }

        @Override
        public String transport() {
            return "grpc";
        }

        @Override
        public void close() {}
    }
}
