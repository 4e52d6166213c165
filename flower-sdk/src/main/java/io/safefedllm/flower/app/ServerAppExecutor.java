package io.safefedllm.flower.app;

import io.safefedllm.flower.link.RunClaim;
import io.safefedllm.flower.link.RunFilter;
import io.safefedllm.flower.link.RunLink;
import io.safefedllm.flower.link.TransportException;
import io.safefedllm.flower.link.wire.Pauses;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves runs of a SuperLink with a server app: waits for runs that its filter accepts, claims them, keeps them alive, runs the app,
 * and ends each run completed, failed or stopped.
 *
 * <p>One thread calls {@link #serveOnce()}, which runs the app on it, or {@link #serveForever()}, which serves up to
 * {@link Builder#atOnce} runs at the same time, each on a thread of its own; the app must allow that. {@link #close()} may come from
 * any thread, a shutdown hook for example: it ends the runs at hand as stopped and makes the serving method return. An interrupt of the
 * serving thread does the same.
 *
 * <p>With a {@link ClaimStore} the executor begins with the runs that an earlier process of it left when it was killed: those whose
 * heartbeats the SuperLink still takes, and which its filter accepts, go on with the inputs that were kept; the app is called again
 * and finds out by itself how far it was.
 */
public final class ServerAppExecutor implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ServerAppExecutor.class);

    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final Duration GRACE_AFTER_INTERRUPT = Duration.ofSeconds(5);

    private final Builder settings;
    private final LeftRuns left;
    private final Map<ServedRun, Thread> current = new ConcurrentHashMap<>();
    private volatile boolean closing;
    private volatile @Nullable Thread serving;
    private volatile CountDownLatch idle = new CountDownLatch(0);

    private ServerAppExecutor(Builder settings) {
        this.settings = settings;
        this.left = new LeftRuns(settings);
    }

    /** Starts an executor of the app's runs on the link, which the executor closes when it is closed. */
    public static Builder builder(RunLink link, ServerApp app) {
        return new Builder(link, app);
    }

    /**
     * Serves one run of its own, foreign ones aside: one that an earlier process left, if there is one.
     *
     * @return how it ended, or nothing if the executor was closed before a run came
     * @throws TransportException if the SuperLink refuses to let this executor look for runs
     * @throws java.io.UncheckedIOException if the store of claims cannot be looked at
     */
    public Optional<RunOutcome> serveOnce() {
        return serving(() -> {
            Optional<RunOutcome> outcome = Optional.empty();
            while (!isEnding() && outcome.isEmpty()) {
                outcome = nextRun().flatMap(this::serve);
            }
            return outcome;
        });
    }

    /**
     * Serves runs until the executor is closed or the thread interrupted.
     *
     * @throws TransportException if the SuperLink refuses to let this executor look for runs while none is at hand
     * @throws java.io.UncheckedIOException if the store of claims cannot be looked at
     */
    public void serveForever() {
        serving(() -> {
            RunCrew crew = new RunCrew(settings.atOnce);
            try {
                handIn(crew);
            } finally {
                current.keySet().forEach(ServedRun::close);
                if (!crew.end(GRACE, GRACE_AFTER_INTERRUPT)) {
                    LOG.warn("The server app does not end; its runs are left to the SuperLink");
                }
            }
            return Optional.empty();
        });
    }

    /**
     * Ends the runs at hand as stopped, lets the serving method return, and closes the link. Called by an app or a listener it
     * returns at once, and the link is closed when the serving method returns.
     */
    @Override
    public void close() {
        closing = true;
        current.keySet().forEach(ServedRun::close);
        Thread self = Thread.currentThread();
        if (self != serving && !current.containsValue(self)) {
            awaitIdle();
            settings.link.close();
        }
    }

    private <T> T serving(Supplier<T> work) {
        CountDownLatch done = new CountDownLatch(1);
        idle = done;
        serving = Thread.currentThread();
        try {
            return work.get();
        } finally {
            if (closing) {
                settings.link.close();
            }
            serving = null;
            done.countDown();
        }
    }

    private void handIn(RunCrew crew) {
        try {
            while (!isEnding()) {
                crew.rethrow();
                if (crew.take(BETWEEN_LOOKS) && !isEnding()) {
                    handIn(crew, look());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void handIn(RunCrew crew, Optional<ServedRun> found) throws InterruptedException {
        if (found.isPresent()) {
            ServedRun run = found.get();
            crew.serve(() -> serve(run));
            return;
        }
        crew.giveBack();
        settings.listener.waiting();
        settings.pauses.pause(BETWEEN_LOOKS);
    }

    private Optional<ServedRun> nextRun() {
        boolean told = false;
        while (!isEnding()) {
            Optional<ServedRun> found = look();
            if (found.isPresent()) {
                return found;
            }
            if (!told) {
                settings.listener.waiting();
                told = true;
            }
            pause();
        }
        return Optional.empty();
    }

    /** Puts the run at hand before anything is done for it: whatever ends the executor from here on ends the run too. */
    private Optional<ServedRun> look() {
        Optional<ServedRun> found = left.next()
                .map(run -> ServedRun.left(run, settings))
                .or(() -> claim().map(claim -> ServedRun.claimed(claim, settings)));
        found.ifPresent(run -> current.put(run, Thread.currentThread()));
        return found;
    }

    private Optional<RunClaim> claim() {
        try {
            return settings.link.tryClaim(settings.filter);
        } catch (TransportException e) {
            if (isEnding()) {
                return Optional.empty();
            }
            if (!e.isConnectionTrouble() && current.isEmpty()) {
                throw e;
            }
            LOG.warn("The SuperLink gives no run; still looking for runs: {}", e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<RunOutcome> serve(ServedRun run) {
        current.put(run, Thread.currentThread());
        try {
            if (closing) {
                run.close();
            }
            return run.serve();
        } finally {
            current.remove(run);
        }
    }

    private boolean isEnding() {
        return closing || Thread.currentThread().isInterrupted();
    }

    private void pause() {
        try {
            settings.pauses.pause(BETWEEN_LOOKS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitIdle() {
        Thread thread = serving;
        if (thread == null) {
            return;
        }
        try {
            if (current.isEmpty() || !idle.await(GRACE.toSeconds(), TimeUnit.SECONDS)) {
                thread.interrupt();
                if (!idle.await(2 * GRACE_AFTER_INTERRUPT.toSeconds(), TimeUnit.SECONDS)) {
                    LOG.warn("The server app does not end; its run is left to the SuperLink");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Collects the parts of an executor. */
    public static final class Builder {
        final RunLink link;
        final ServerApp app;
        RunFilter filter = RunFilter.all();
        ForeignRunHandler foreignRuns = ForeignRunHandler.none();
        ClaimStore claims = ClaimStore.none();
        ExecutorListener listener = ExecutorListener.none();
        int atOnce = 1;
        InstantSource clock = InstantSource.system();
        Pauses pauses = Pauses.real();
        RandomGenerator dice = RandomGenerator.getDefault();

        private Builder(RunLink link, ServerApp app) {
            this.link = link;
            this.app = app;
        }

        /** Sets which runs to take; all unless set. */
        public Builder filter(RunFilter value) {
            this.filter = value;
            return this;
        }

        /** Sets who takes foreign runs; nobody unless set. */
        public Builder foreignRuns(ForeignRunHandler value) {
            this.foreignRuns = value;
            return this;
        }

        /** Sets who keeps the runs at hand for a restart; nobody unless set. */
        public Builder claims(ClaimStore value) {
            this.claims = value;
            return this;
        }

        /** Sets how many runs {@link ServerAppExecutor#serveForever()} serves at the same time; one unless set. */
        public Builder atOnce(int value) {
            if (value < 1) {
                throw new IllegalArgumentException(
                        "an executor must serve at least 1 run at once but was told " + value);
            }
            this.atOnce = value;
            return this;
        }

        /** Sets who watches. */
        public Builder listener(ExecutorListener value) {
            this.listener = value;
            return this;
        }

        /** Sets time and chance: those of the machine unless set. */
        public Builder timing(InstantSource clockValue, Pauses pausesValue, RandomGenerator diceValue) {
            this.clock = clockValue;
            this.pauses = pausesValue;
            this.dice = diceValue;
            return this;
        }

        /** Makes the executor; the builder is not used afterwards. */
        public ServerAppExecutor build() {
            return new ServerAppExecutor(this);
        }
    }
}
