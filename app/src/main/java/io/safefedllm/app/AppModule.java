package io.safefedllm.app;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import io.safefedllm.app.config.CacheDirectory;
import io.safefedllm.app.config.EnvironmentDefaults;
import io.safefedllm.app.console.Console;
import io.safefedllm.app.console.Shutdown;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;

/** Binds what comes from the process: streams, environment, clock, the wish to end. */
final class AppModule extends AbstractModule {
    private final Console console;
    private final Map<String, String> environment;
    private final Shutdown shutdown;

    AppModule(Console console, Map<String, String> environment, Shutdown shutdown) {
        this.console = console;
        this.environment = Map.copyOf(environment);
        this.shutdown = shutdown;
    }

    @Override
    protected void configure() {
        bind(Console.class).toInstance(console);
        bind(Shutdown.class).toInstance(shutdown);
        bind(InstantSource.class).toInstance(InstantSource.system());
    }

    @Provides
    EnvironmentDefaults environmentDefaults() {
        return new EnvironmentDefaults(environment);
    }

    @Provides
    CacheDirectory cacheDirectory() {
        return new CacheDirectory(environment, Path.of(System.getProperty("user.home")));
    }
}
