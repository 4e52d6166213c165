package io.safefedllm.app.doctor;

import io.safefedllm.app.failure.FailureCode;
import io.safefedllm.client.model.EngineRuntime;
import io.safefedllm.probe.engine.ComputeDevice;
import io.safefedllm.probe.engine.DeviceUnavailableException;
import io.safefedllm.probe.engine.DjlDevice;
import io.safefedllm.probe.engine.TorchLibrary;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Looks at the tensor engine from the outside in: the library's files, then the engine, then one product on the device. What fails
 * ends the look, so that a library that would kill the process is never loaded.
 */
final class EngineCheck {
    private final ComputeDevice wanted;
    private final List<Finding> findings = new ArrayList<>();

    EngineCheck(ComputeDevice wanted) {
        this.wanted = wanted;
    }

    /** Returns a finding for the library, the engine and the device, up to the first that is bad. */
    List<Finding> findings() {
        Optional<TorchLibrary> library = look("library", TorchLibrary::find, TorchLibrary::describe);
        if (library.isPresent()
                && look("engine", EngineRuntime::describe, text -> text).isPresent()) {
            look("device", this::usable, device -> describe(device, library.get()));
        }
        return findings;
    }

    private DjlDevice usable() {
        DjlDevice device = DjlDevice.resolve(wanted);
        device.requireProduct();
        return device;
    }

    private static String describe(DjlDevice device, TorchLibrary library) {
        String found = device + " (" + device.reason() + "), a matrix product is right";
        return device.isCuda() || library.isCuda() ? found : found + "; for CUDA " + TorchLibrary.CUDA_REMEDY;
    }

    private <T> Optional<T> look(String what, Supplier<T> question, Function<T, String> describe) {
        try {
            T answer = question.get();
            findings.add(Finding.good(what, describe.apply(answer)));
            return Optional.of(answer);
        } catch (DeviceUnavailableException e) {
            findings.add(Finding.bad(what, String.valueOf(e.getMessage()), FailureCode.ENGINE));
            return Optional.empty();
        }
    }
}
