package io.safefedllm.strategy.round;

import io.safefedllm.probe.store.PeftAdapter;
import io.safefedllm.strategy.settings.SettingsException;
import io.safefedllm.strategy.settings.StrategySettings;
import java.io.IOException;

/** Makes the first adapter of a run whose settings name none, for instance from the shapes of a model. */
@FunctionalInterface
public interface InitialAdapterSource {
    /**
     * Returns the adapter.
     *
     * @throws IOException if a file that it takes cannot be read
     * @throws SettingsException if the settings do not allow one
     */
    PeftAdapter initial(StrategySettings settings) throws IOException;
}
