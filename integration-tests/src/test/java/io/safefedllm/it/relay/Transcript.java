package io.safefedllm.it.relay;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Calls in the order in which they came. Thread-safe. */
public final class Transcript {

    private static final Set<Call> ENDS = Set.of(
            new Call("ServerAppIo/UpdateRunStatus", "finished completed"),
            new Call("Runtime/PushTaskOutput", "completed"));

    private final List<Entry> entries = new ArrayList<>();

    Transcript() {}

    /** Every call that has been answered. */
    public synchronized List<Call> calls() {
        return entries.stream().flatMap(entry -> entry.call.stream()).toList();
    }

    /** Returns whether the run has been ended as completed. */
    public boolean isOver() {
        return calls().stream().anyMatch(ENDS::contains);
    }

    /** Returns whether the claim was kept alive, for the first time, before anything was sent to a node. */
    public boolean beatsBeforeItSends() {
        return comesBefore(call -> call.methodName().endsWith("Heartbeat"), call -> call.methodName()
                .equals("PushMessages"));
    }

    /** Returns whether log lines were sent, the last of them before the run was ended. */
    public boolean logsBeforeItEnds() {
        List<Call> calls = calls();
        int end =
                calls.indexOf(calls.stream().filter(ENDS::contains).findFirst().orElseThrow());
        Predicate<Call> log = call -> call.methodName().equals("PushLogs");
        return calls.subList(0, end).stream().anyMatch(log)
                && calls.subList(end, calls.size()).stream().noneMatch(log);
    }

    private boolean comesBefore(Predicate<Call> first, Predicate<Call> second) {
        return calls().stream()
                .filter(first.or(second))
                .findFirst()
                .filter(first)
                .isPresent();
    }

    /** Takes down a call that has come; its place is the one that it has now. */
    synchronized Entry open(String method, byte[] request) {
        Entry entry = new Entry(method, request);
        entries.add(entry);
        return entry;
    }

    private synchronized void settle(Entry entry, String kind) {
        entry.call = List.of(new Call(entry.method, kind));
    }

    /** A call under way. */
    final class Entry {
        private final String method;
        private final byte[] request;
        private List<Call> call = List.of();

        private Entry(String method, byte[] request) {
            this.method = method;
            this.request = request;
        }

        void answered(byte[] answer) {
            settle(this, CallKinds.of(method, request, answer));
        }

        void refused() {
            settle(this, CallKinds.REFUSED);
        }
    }
}
