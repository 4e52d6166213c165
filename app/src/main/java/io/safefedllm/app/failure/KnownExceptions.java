package io.safefedllm.app.failure;

import io.safefedllm.client.checkpoint.CheckpointException;
import io.safefedllm.client.data.DataException;
import io.safefedllm.client.download.DownloadException;
import io.safefedllm.client.template.TemplateException;
import io.safefedllm.client.train.TrainingException;
import io.safefedllm.client.train.TrainingMemoryException;
import io.safefedllm.flower.link.RunStoppedException;
import io.safefedllm.flower.link.TransportException;
import io.safefedllm.flower.link.key.KeyFileException;
import io.safefedllm.flower.link.tls.CertificateFileException;
import io.safefedllm.probe.calibrate.CalibrationException;
import io.safefedllm.probe.engine.DeviceUnavailableException;
import io.safefedllm.probe.model.ProbeMismatchException;
import io.safefedllm.probe.store.StoreException;
import io.safefedllm.probe.train.ProbeTrainingException;
import io.safefedllm.strategy.journal.JournalException;
import io.safefedllm.strategy.round.RunFailedException;
import io.safefedllm.strategy.settings.SettingsException;
import java.util.Map;
import java.util.Optional;

/** The exceptions by which the parts of the product say what is wrong, each with its code; their messages say what to do. */
final class KnownExceptions {
    private static final Map<Class<?>, FailureCode> CODES = Map.ofEntries(
            Map.entry(CalibrationException.class, FailureCode.PROBE_TRAINING),
            Map.entry(CertificateFileException.class, FailureCode.CREDENTIAL_FILE),
            Map.entry(CheckpointException.class, FailureCode.MODEL_DIRECTORY),
            Map.entry(DataException.class, FailureCode.DATA_MALFORMED),
            Map.entry(DownloadException.class, FailureCode.DOWNLOAD),
            Map.entry(TemplateException.class, FailureCode.MODEL_DIRECTORY),
            Map.entry(DeviceUnavailableException.class, FailureCode.ENGINE),
            Map.entry(KeyFileException.class, FailureCode.CREDENTIAL_FILE),
            Map.entry(JournalException.class, FailureCode.JOURNAL),
            Map.entry(ProbeMismatchException.class, FailureCode.PROBE_FILE),
            Map.entry(ProbeTrainingException.class, FailureCode.PROBE_TRAINING),
            Map.entry(RunFailedException.class, FailureCode.RUN_FAILED),
            Map.entry(RunStoppedException.class, FailureCode.RUN_STOPPED),
            Map.entry(SettingsException.class, FailureCode.SETTINGS),
            Map.entry(StoreException.class, FailureCode.ADAPTER_DIRECTORY),
            Map.entry(TrainingException.class, FailureCode.TRAINING),
            Map.entry(TrainingMemoryException.class, FailureCode.OUT_OF_MEMORY));

    private KnownExceptions() {}

    /** Returns the code of {@code thrown}, or nothing if no part of the product throws such a thing on purpose. */
    static Optional<FailureCode> codeOf(Throwable thrown) {
        if (thrown instanceof TransportException transport) {
            return Optional.of(ofTransport(transport.status()));
        }
        return Optional.ofNullable(CODES.get(thrown.getClass()));
    }

    /** Returns the one-line reason in {@code thrown}. */
    static String reasonOf(Throwable thrown) {
        if (thrown instanceof SettingsException settings) {
            return settings.reason();
        }
        return thrown instanceof RunFailedException run ? run.reason() : String.valueOf(thrown.getMessage());
    }

    private static FailureCode ofTransport(TransportException.Status status) {
        return switch (status) {
            case UNAVAILABLE, DEADLINE_EXCEEDED -> FailureCode.SUPERLINK_UNREACHABLE;
            case TLS -> FailureCode.TLS;
            case UNAUTHENTICATED -> FailureCode.CREDENTIALS;
            case CLOCK -> FailureCode.CLOCK;
            case UNIMPLEMENTED, PROTOCOL -> FailureCode.NOT_A_SUPERLINK;
            case PERMISSION_DENIED, FAILED_PRECONDITION, INVALID_ARGUMENT, INTERNAL -> FailureCode.SUPERLINK_LOST;
            case CANCELLED -> FailureCode.INTERRUPTED;
        };
    }
}
