package io.safefedllm.flower.app;

import io.safefedllm.flower.link.NodeLink;
import io.safefedllm.flower.link.TransportException;
import io.safefedllm.flower.link.TransportException.Status;
import io.safefedllm.flower.link.wire.Pauses;
import io.safefedllm.flower.message.Message;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node: joins a federation, answers its instructions with a client app, and leaves when it is closed.
 *
 * <p>{@link #run()} works on the thread that calls it, one instruction at a time; heartbeats come from a thread of their own, so an app may
 * take its time. {@link #close()} may come from any thread, the app's and a listener's included.
 */
public final class ClientAppRunner implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ClientAppRunner.class);

    private static final Duration SHORTEST_WAIT = Duration.ofMillis(50);

    /** Waiting for its next instruction adds to every phase of a run: with the executor's wait for the reply a quarter of a second at most. */
    private static final Duration LONGEST_WAIT = Duration.ofMillis(150);

    private static final Duration AFTER_TROUBLE = Duration.ofSeconds(2);

    /** A node that cannot be reached comes back by itself. */
    private static final Duration PATIENCE = Duration.ofDays(365);

    private static final long GRACE_SECONDS = 10;

    private final Builder settings;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean closing;
    private volatile @Nullable TransportException lost;
    private volatile @Nullable Thread worker;
    private final RecentReplies replies;
    private Duration wait = SHORTEST_WAIT;

    private ClientAppRunner(Builder settings) {
        this.settings = settings;
        this.replies = new RecentReplies(settings.link, settings.pauses);
    }

    /** Starts a node of the app on the link, which the runner closes when it ends. */
    public static Builder builder(NodeLink link, ClientApp app) {
        return new Builder(link, app);
    }

    /**
     * Joins, works until closed or interrupted, and leaves.
     *
     * @throws TransportException if joining fails, or the federation no longer knows the node
     */
    public void run() {
        worker = Thread.currentThread();
        boolean interrupted;
        try {
            interrupted = work();
        } finally {
            worker = null;
            settings.link.close();
            ended.countDown();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Lets the node finish the instruction at hand, ten seconds at most, and leave: when the runs of its replies of the last five seconds
     * have ended, or five seconds after the last of them.
     */
    @Override
    public void close() {
        closing = true;
        Thread thread = worker;
        if (thread == null || thread == Thread.currentThread()) {
            return;
        }
        try {
            if (!ended.await(GRACE_SECONDS, TimeUnit.SECONDS)) {
                thread.interrupt();
                if (!ended.await(GRACE_SECONDS, TimeUnit.SECONDS)) {
                    LOG.warn("The client app does not end; the node goes offline by itself");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean work() {
        NodeLink link = settings.link;
        long nodeId = link.join();
        settings.listener.joined(nodeId);
        NodeSession session =
                new NodeSession(link, nodeId, settings.app, settings.nodeConfig, this::replyTime, settings.listener);
        boolean interrupted = stay(session);
        leave();
        return interrupted;
    }

    // Ends with the heartbeats: one sent after the node has left would bring it back.
    private boolean stay(NodeSession session) {
        try (Heartbeats heartbeats =
                new Heartbeats(settings.link::heartbeat, PATIENCE, this::lose, settings.pauses, settings.dice)) {
            heartbeats.start();
            while (!closing
                    && lost == null
                    && !session.wasInterrupted()
                    && !Thread.currentThread().isInterrupted()) {
                step(session);
            }
            TransportException reason = lost;
            if (reason != null) {
                throw reason;
            }
            boolean interrupted = Thread.interrupted() || session.wasInterrupted();
            replies.awaitFetched();
            return interrupted;
        }
    }

    private void lose(Optional<TransportException> refusal) {
        lost = refusal.filter(known -> known.status() == Status.CLOCK).orElseGet(() -> unknown(refusal.orElse(null)));
    }

    private void step(NodeSession session) {
        try {
            Optional<Message> instruction = settings.link.receive();
            if (instruction.isPresent()) {
                answer(session, instruction.get());
                wait = SHORTEST_WAIT;
            } else {
                pause(wait);
                Duration doubled = wait.multipliedBy(2);
                wait = doubled.compareTo(LONGEST_WAIT) < 0 ? doubled : LONGEST_WAIT;
            }
        } catch (TransportException e) {
            recover(e);
        }
    }

    // A reply may have arrived although sending it failed.
    private void answer(NodeSession session, Message instruction) {
        try {
            session.answer(instruction);
        } finally {
            replies.add(instruction.metadata().runId());
        }
    }

    private void recover(TransportException e) {
        if (e.isConnectionTrouble()) {
            LOG.warn("The SuperLink does not answer; trying on: {}", e.getMessage());
            pause(AFTER_TROUBLE);
            return;
        }
        switch (e.status()) {
            case CANCELLED -> LOG.debug("A call was cancelled because the node is ending");
            case UNAUTHENTICATED -> throw unknown(e);
            case CLOCK -> throw e;
            default -> {
                LOG.warn("An instruction was dropped: {}", e.getMessage());
                pause(LONGEST_WAIT);
            }
        }
    }

    private void leave() {
        boolean interrupted = Thread.interrupted();
        try {
            settings.link.leave();
        } catch (TransportException e) {
            LOG.warn("The node could not sign off and goes offline by itself: {}", e.getMessage());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private double replyTime(Message instruction, Long nanos) {
        Instant now = settings.clock.instant();
        return now.getEpochSecond() + now.getNano() / 1e9;
    }

    private TransportException unknown(@Nullable TransportException cause) {
        return new TransportException(
                Status.UNAUTHENTICATED,
                "the SuperLink at " + settings.link.address()
                        + " no longer knows this node, probably because it was restarted; start the node again",
                true,
                cause);
    }

    private void pause(Duration duration) {
        try {
            settings.pauses.pause(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Collects the parts of a node. */
    public static final class Builder {
        final NodeLink link;
        final ClientApp app;
        Map<String, Object> nodeConfig = Map.of();
        NodeListener listener = NodeListener.none();
        InstantSource clock = InstantSource.system();
        Pauses pauses = Pauses.real();
        RandomGenerator dice = RandomGenerator.getDefault();

        private Builder(NodeLink link, ClientApp app) {
            this.link = link;
            this.app = app;
        }

        /** Sets what the app sees as {@link ClientContext#nodeConfig()}; empty unless set. */
        public Builder nodeConfig(Map<String, Object> values) {
            this.nodeConfig = Collections.unmodifiableMap(new LinkedHashMap<>(values));
            return this;
        }

        /** Sets who watches. */
        public Builder listener(NodeListener value) {
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

        /** Makes the node; the builder is not used afterwards. */
        public ClientAppRunner build() {
            return new ClientAppRunner(this);
        }
    }
}
