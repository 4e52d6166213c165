package io.safefedllm.flower.link.fake;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.safefedllm.flower.fab.Fab;
import io.safefedllm.flower.link.LinkHarness;
import io.safefedllm.flower.link.RunStatus;
import io.safefedllm.flower.object.ScalarCodec;
import io.safefedllm.flower.proto.ConfirmMessageReceivedResponse;
import io.safefedllm.flower.proto.PullObjectRequest;
import io.safefedllm.flower.proto.PullObjectResponse;
import io.safefedllm.flower.proto.PushObjectRequest;
import io.safefedllm.flower.proto.PushObjectResponse;
import io.safefedllm.flower.proto.Run;
import io.safefedllm.flower.record.FormatException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The state behind the API and the way to reach it by method name. Thread-safe. */
public final class FakeSuperLink {

    final Map<Long, FakeRun> runs = new LinkedHashMap<>();
    final Map<Long, ByteString> nodes = new TreeMap<>();
    final Map<Long, Boolean> online = new TreeMap<>();
    final ObjectShelf objects;
    final Mailbox mail = new Mailbox();
    final List<String> calls = new ArrayList<>();
    final FakeGeneration generation;
    private final FakeExecutorApi executorApi;
    private final FakeFleetApi fleetApi = new FakeFleetApi(this);
    private final Map<String, Integer> outages = new LinkedHashMap<>();
    private final Map<String, Integer> lostAnswers = new LinkedHashMap<>();
    private final Map<String, Integer> failures = new LinkedHashMap<>();
    private final Map<String, Runnable> before = new LinkedHashMap<>();
    private long nextId = -1000;
    private int sessions;
    private int firstLoss = -1;
    private @Nullable SuperExecGuard guard;

    /** Makes one without runs and nodes. */
    public FakeSuperLink(FakeGeneration generation) {
        this.generation = generation;
        this.objects = new ObjectShelf(generation.hasSessions());
        this.executorApi = new FakeExecutorApi(this, generation);
    }

    /** Makes the next calls of a method fail as a server does that is restarting. */
    public synchronized void outage(String method, int times) {
        outages.put(method, times);
    }

    /** Carries out the next calls of a method and then loses their answers. */
    public synchronized void loseAnswers(String method, int times) {
        lostAnswers.put(method, times);
    }

    /** Fails on the next calls of a method as a server does that has a fault. */
    public synchronized void fail(String method, int times) {
        failures.put(method, times);
    }

    /** Lets something happen once, before the next call of a method is carried out. */
    public synchronized void before(String method, Runnable event) {
        before.put(method, event);
    }

    /** Returns which of the {@link #calls()} was the first whose answer was lost, or -1. */
    public synchronized int firstLoss() {
        return firstLoss;
    }

    /** Asks for a secret from now on, and looks at the time of all signatures, by the given clock. */
    public synchronized void guard(byte[] secret, InstantSource clock) {
        guard = new SuperExecGuard(secret, clock);
    }

    /** Returns whether the time of a node's signature is looked at and wrong. */
    boolean refusesTime(String timestamp) {
        return guard != null && !guard.takes(OffsetDateTime.parse(timestamp).toEpochSecond());
    }

    /** Returns the methods called so far, in order. */
    public synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    /** Loses an object, as a SuperLink does whose clean-up came too early. */
    public synchronized void lose(String objectId) {
        objects.forget(objectId);
    }

    synchronized MessageLite call(String service, String method, byte[] request, Caller caller) {
        calls.add(method);
        if (guard != null) {
            guard.check(service, method, request, caller);
        }
        Optional.ofNullable(before.remove(method)).ifPresent(Runnable::run);
        if (failures.merge(method, -1, Integer::sum) >= 0) {
            throw Refusal.failed("Error in service handler!");
        }
        if (outages.merge(method, -1, Integer::sum) >= 0) {
            throw Refusal.unavailable();
        }
        try {
            MessageLite answer = service.equals("Fleet")
                    ? fleetApi.call(method, request, caller)
                    : executorApi.call(service, method, request, caller);
            if (lostAnswers.merge(method, -1, Integer::sum) >= 0) {
                firstLoss = firstLoss < 0 ? calls.size() - 1 : firstLoss;
                throw Refusal.unavailable();
            }
            return answer;
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(e);
        }
    }

    synchronized long submit(Map<String, Object> runConfig) {
        byte[] zip = fab(runConfig);
        try {
            Fab fab = Fab.read(zip);
            Run run = Run.newBuilder()
                    .setRunId(++nextId)
                    .setFabId(fab.id())
                    .setFabVersion(fab.version())
                    .setFabHash(fab.hash())
                    .putAllOverrideConfig(ScalarCodec.toProto(runConfig))
                    .build();
            io.safefedllm.flower.proto.Fab wire = io.safefedllm.flower.proto.Fab.newBuilder()
                    .setHashStr(fab.hash())
                    .setContent(ByteString.copyFrom(zip))
                    .build();
            runs.put(run.getRunId(), new FakeRun(run, wire));
            return run.getRunId();
        } catch (FormatException e) {
            throw new IllegalStateException(e);
        }
    }

    synchronized void stop(long runId) {
        run(runId).end(RunStatus.STOPPED, "");
    }

    synchronized Optional<RunStatus> status(long runId) {
        return Optional.ofNullable(run(runId).status);
    }

    synchronized String details(long runId) {
        return run(runId).details;
    }

    synchronized String log(long runId) {
        return run(runId).log.toString();
    }

    FakeRun run(long runId) {
        FakeRun run = runs.get(runId);
        if (run == null) {
            throw new IllegalArgumentException("no run " + runId);
        }
        return run;
    }

    String newSession() {
        return generation.hasSessions() ? "session-" + ++sessions : "";
    }

    long newNodeId() {
        return ++nextId;
    }

    PushObjectResponse pushObject(byte[] bytes) throws InvalidProtocolBufferException {
        PushObjectRequest request = PushObjectRequest.parseFrom(bytes);
        boolean stored =
                objects.push(request.getObjectId(), request.getObjectContent().toByteArray(), request.getSessionId());
        return PushObjectResponse.newBuilder().setStored(stored).build();
    }

    PullObjectResponse pullObject(byte[] bytes) throws InvalidProtocolBufferException {
        String id = PullObjectRequest.parseFrom(bytes).getObjectId();
        byte[] content = objects.get(id);
        return PullObjectResponse.newBuilder()
                .setObjectFound(objects.knows(id))
                .setObjectAvailable(content.length > 0)
                .setObjectContent(ByteString.copyFrom(content))
                .build();
    }

    ConfirmMessageReceivedResponse confirm() {
        return ConfirmMessageReceivedResponse.getDefaultInstance();
    }

    private static byte[] fab(Map<String, Object> runConfig) {
        StringBuilder toml = new StringBuilder("[project]\nname = \"app\"\nversion = \"1.0.0\"\n\n[tool.flwr.app]\n");
        toml.append("publisher = \"")
                .append(LinkHarness.FAB_ID.split("/", 2)[0])
                .append("\"\n\n[tool.flwr.app.components]\nserverapp = \"a:app\"\nclientapp = \"b:app\"\n\n")
                .append("[tool.flwr.app.config]\n");
        runConfig.keySet().forEach(key -> toml.append(key).append(" = \"to be replaced\"\n"));
        return Fab.build(Map.of("pyproject.toml", toml.toString().getBytes(StandardCharsets.UTF_8)));
    }
}
