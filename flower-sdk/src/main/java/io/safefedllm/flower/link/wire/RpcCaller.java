package io.safefedllm.flower.link.wire;

import com.google.protobuf.MessageLite;
import io.safefedllm.flower.link.TransportException;
import io.safefedllm.flower.link.TransportException.Status;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Makes calls on a channel and repeats them where {@link RetryPolicy} allows. Thread-safe if its dice are.
 */
public final class RpcCaller implements AutoCloseable {

    private final RpcChannel channel;
    private final RetryPolicy policy;
    private final WireSettings settings;
    private volatile boolean closed;

    public RpcCaller(RpcChannel channel, Duration retryBudget, WireSettings settings) {
        this.channel = channel;
        this.policy = new RetryPolicy(retryBudget);
        this.settings = settings;
    }

    /** Makes one call to its end, with headers that stay the same when it is repeated. */
    public <R extends MessageLite> R call(
            CallKind kind, String service, String method, MessageLite request, R response, RpcHeaders headers) {
        return call(kind, service, method, request, response, () -> headers);
    }

    /**
     * Makes one call to its end, with the usual timeout of its kind.
     *
     * @param headers asked for at each attempt: a signature grows old, and a number used once is used up
     * @throws TransportException the last failure, with the number of attempts
     */
    public <R extends MessageLite> R call(
            CallKind kind,
            String service,
            String method,
            MessageLite request,
            R response,
            Supplier<RpcHeaders> headers) {
        return answered(kind, service, method, request, response, headers).value();
    }

    /** As {@link #call}, for callers to whom it matters whether the platform may have got the call more than once. */
    <R extends MessageLite> Answer<R> answered(
            CallKind kind,
            String service,
            String method,
            MessageLite request,
            R response,
            Supplier<RpcHeaders> headers) {
        Duration timeout = kind == CallKind.HEARTBEAT ? settings.heartbeatTimeout() : settings.callTimeout();
        long start = settings.pauses().nanoTime();
        boolean sentBefore = false;
        for (int attempt = 1; ; attempt++) {
            try {
                R value = channel.call(new RpcCall<>(service, method, request, response, headers.get(), timeout));
                return new Answer<>(value, sentBefore);
            } catch (TransportException e) {
                waitOrThrow(kind, e.atAttempt(attempt, sentBefore), start);
                sentBefore |= e.wasSent();
            }
        }
    }

    public RpcChannel channel() {
        return channel;
    }

    /** Makes calls under way and later ones fail. */
    @Override
    public void close() {
        closed = true;
        channel.close();
    }

    private void waitOrThrow(CallKind kind, TransportException failure, long start) {
        Duration elapsed = Duration.ofNanos(settings.pauses().nanoTime() - start);
        Optional<Duration> longest = policy.longestWait(kind, failure, failure.attempt(), elapsed);
        if (closed || longest.isEmpty()) {
            throw failure;
        }
        try {
            settings.pauses().pause(fullJitter(longest.get(), settings.dice()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TransportException(Status.CANCELLED, "interrupted while waiting to repeat a call", true, e);
        }
    }

    private static Duration fullJitter(Duration longest, RandomGenerator dice) {
        return Duration.ofNanos((long) (longest.toNanos() * dice.nextDouble()));
    }

    /**
     * An answer.
     *
     * @param repeated whether the platform may have received the call more than once
     */
    record Answer<R>(R value, boolean repeated) {}
}
