package io.safefedllm.flower.app;

import io.safefedllm.flower.link.RunClaim;
import io.safefedllm.flower.link.RunInputs;
import java.util.List;

/** Notes what an executor tells of its runs, in words, in a list that a test compares. */
record EventRecorder(List<String> events) implements ExecutorListener {

    @Override
    public void takenUp(RunClaim claim) {
        events.add("taken up");
    }

    @Override
    public void over(RunClaim claim) {
        events.add("over");
    }

    @Override
    public void started(RunInputs inputs) {
        events.add("started");
    }

    @Override
    public void ended(RunOutcome outcome) {
        events.add("ended");
    }
}
