package io.safefedllm.flower.link.wire;

import io.safefedllm.flower.fab.Fab;
import io.safefedllm.flower.fab.RunConfigs;
import io.safefedllm.flower.link.AppIdentity;
import io.safefedllm.flower.link.RunDetails;
import io.safefedllm.flower.link.RunInputs;
import io.safefedllm.flower.object.ScalarCodec;
import io.safefedllm.flower.proto.Run;
import io.safefedllm.flower.record.FormatException;
import java.util.Map;

/** Runs and FABs as they come over the wire, to values. */
final class RunDecoder {

    private RunDecoder() {}

    /** Returns the inputs with the run config computed: Flower leaves that to executors and nodes. */
    static RunInputs inputs(ExecutorDialect.Inputs inputs) throws FormatException {
        RunDetails details = details(inputs.run(), inputs.fab());
        return new RunInputs(
                details.runId(),
                details.app(),
                details.runConfig(),
                inputs.context().toByteArray());
    }

    /** Returns what a node needs to know of a run; checks the FAB against the hash that the run names. */
    static RunDetails details(Run run, io.safefedllm.flower.proto.Fab wire) throws FormatException {
        Fab fab = Fab.read(wire.getContent().toByteArray(), run.getFabHash());
        Map<String, Object> config =
                RunConfigs.fuse(fab.defaultRunConfig(), ScalarCodec.fromProto(run.getOverrideConfigMap()));
        AppIdentity app = new AppIdentity(run.getFabId(), run.getFabVersion(), run.getFabHash());
        return new RunDetails(run.getRunId(), app, config);
    }
}
