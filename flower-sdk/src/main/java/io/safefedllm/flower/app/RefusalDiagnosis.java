package io.safefedllm.flower.app;

import io.safefedllm.flower.link.SuperLinkAddress;
import io.safefedllm.flower.link.TransportException;
import io.safefedllm.flower.link.TransportException.Status;
import io.safefedllm.flower.link.grpc.GrpcProbes;
import io.safefedllm.flower.link.wire.SignatureWindow;
import io.safefedllm.flower.link.wire.SuperExecSecret;
import java.time.Duration;
import java.util.Optional;

/** Says why a SuperLink refuses a caller: a secret is missing or another one, a node is unknown, or the clocks differ. */
final class RefusalDiagnosis {

    private final SuperLinkAddress address;
    private final SuperLinkOptions options;
    private final ClockCheck clocks;

    RefusalDiagnosis(SuperLinkAddress address, SuperLinkOptions options) {
        this.address = address;
        this.options = options;
        this.clocks = new ClockCheck(address, options);
    }

    /** Returns the reason why an executor may not look for runs. */
    TransportException ofExecutor(TransportException refusal) {
        if (!(options.auth() instanceof SuperExecSecret secret)) {
            return refused(
                    "the SuperLink at " + address + " wants a secret; give the file that it was started with as"
                            + " --superexec-auth-secret-file by the option of the same name",
                    refusal);
        }
        return clock(clocks.leadOfHttp().or(clocks::leadOfGrpcExecutor), refusal)
                .orElseGet(() -> refused(
                        "the SuperLink at " + address + " does not accept the secret; its"
                                + " --superexec-auth-secret-file must hold the very same bytes"
                                + (secret.endsWithLineBreak()
                                        ? " (this one ends with a line break, which counts)"
                                        : ""),
                        refusal));
    }

    /** Returns the reason why a node's call was refused, or the refusal as it is if the clock is not to blame. */
    TransportException ofNode(TransportException refusal) {
        Optional<TransportException> byDate = clock(clocks.leadOfHttp(), refusal);
        if (byDate.isPresent() || !GrpcProbes.isAboutTime(refusal)) {
            return byDate.orElse(refusal);
        }
        return clock(clocks.leadOfGrpcFleet(), refusal)
                .orElseGet(() -> clockFailure("more than two hours away from", refusal));
    }

    private Optional<TransportException> clock(Optional<Duration> lead, TransportException refusal) {
        return lead.filter(SignatureWindow::isMissedWith).map(difference -> clockFailure(words(difference), refusal));
    }

    private TransportException clockFailure(String where, TransportException refusal) {
        return new TransportException(
                Status.CLOCK,
                "the clock of this machine is " + where + " that of the SuperLink at " + address
                        + ", which takes signatures that are at most 5 seconds ahead and 5 minutes behind; set both clocks"
                        + " from a time server",
                true,
                refusal);
    }

    private static TransportException refused(String text, TransportException refusal) {
        return new TransportException(Status.UNAUTHENTICATED, text, true, refusal);
    }

    /** Returns for example {@code 10 min 3 s ahead of}. */
    static String words(Duration lead) {
        Duration distance = lead.abs().plusMillis(500);
        String text = distance.toSecondsPart() + " s";
        if (distance.toMinutes() > 0) {
            text = distance.toMinutesPart() + " min " + text;
        }
        if (distance.toHours() > 0) {
            text = distance.toHours() + " h " + text;
        }
        return text + (lead.isNegative() ? " behind" : " ahead of");
    }
}
