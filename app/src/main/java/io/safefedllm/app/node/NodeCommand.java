package io.safefedllm.app.node;

import com.google.inject.Inject;
import io.safefedllm.app.config.EnvironmentDefaults;
import io.safefedllm.app.config.KeyValues;
import io.safefedllm.app.console.Console;
import io.safefedllm.app.console.Shutdown;
import io.safefedllm.app.failure.Failure;
import io.safefedllm.app.failure.FailureCode;
import io.safefedllm.app.option.LoadedTraining;
import io.safefedllm.app.option.SuperLinkOption;
import io.safefedllm.app.option.TrainingOptions;
import io.safefedllm.client.exchange.ClientRecipe;
import io.safefedllm.flower.app.ClientApp;
import io.safefedllm.flower.app.ClientAppRunner;
import io.safefedllm.flower.app.NodeListener;
import io.safefedllm.flower.app.SuperLinkOptions;
import io.safefedllm.flower.app.SuperLinks;
import io.safefedllm.flower.link.NodeLink;
import io.safefedllm.flower.message.Message;
import io.safefedllm.lab.attack.Attack;
import java.io.IOException;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A SuperNode whose ClientApp is the LoRA trainer. */
@Command(
        name = "node",
        description = "Join a SuperLink as a node that trains LoRA adapters on local data.",
        defaultValueProvider = EnvironmentDefaults.class,
        synopsisSubcommandLabel = "[keygen]",
        commandListHeading = "Actions:%n",
        subcommands = NodeKeygenCommand.class,
        modelTransformer = OptionsOfActionsOnly.class,
        footer = {
            "",
            "The SuperLink's Fleet address is port 9092 up to Flower 1.39, port 8000 since 1.40. The node stays until",
            "Ctrl-C, SIGTERM or --messages; it then answers the message at hand, leaves the federation and ends with",
            "status 0. Every option may also come from the environment, --partition-id for instance from",
            "SAFE_FEDLLM_PARTITION_ID.",
            "",
            "What a run decides counts before the options here: train.learning-rate-max and -min, train.seq-length,",
            "train.training-arguments.* and model.lora.peft-*, as FlowerTune's apps set them, then safe-fedllm.local.*.",
            "docs/settings.md has them all; an option of PEFT that is not there ends the task with an error.",
            "",
            "With --attack the node is a drill: it attacks, to show whether the defence holds. What it knows of honest",
            "updates it guesses from four benign runs of its own. Attackers of one process collude by name; a node is a process,",
            "so nodes of one drill share nothing: alie, ipm and min-max send each their own vector, and duplicates each its own",
            "update. To see attackers that collude, play the attack with simulate.",
            "",
            "Examples:",
            "  ./safe-fedllm node --superlink 127.0.0.1:8000 --model examples/tiny-llama --data rows.json \\",
            "      --partition-id 0",
            "  ./safe-fedllm node --superlink 127.0.0.1:8000 --model examples/tiny-llama --data rows.json \\",
            "      --attack two-face --attack-data harmful.json"
        })
public final class NodeCommand implements Callable<Integer> {
    private final Console console;
    private final Shutdown shutdown;
    private final InstantSource clock;

    @Spec
    private CommandSpec spec;

    @Mixin
    private SuperLinkOption superLink;

    @Mixin
    private NodeKeyOption key;

    @Mixin
    private TrainingOptions training;

    @Mixin
    private DrillOptions drill;

    @Option(
            names = "--partition-id",
            paramLabel = "N",
            description = "Number of this node; with the run's seed it decides which rows a round takes.")
    private @Nullable Long partition;

    @Option(
            names = "--node-config",
            paramLabel = "PAIRS",
            defaultValue = "",
            description = "What apps may read of the node, as in 'partition-id=0 num-partitions=10'.")
    private String nodeConfig;

    @Option(
            names = "--messages",
            paramLabel = "N",
            description = "Leave after this many answered messages (default: stay).")
    private @Nullable Long messages;

    @Inject
    NodeCommand(Console console, Shutdown shutdown, InstantSource clock) {
        this.console = console;
        this.shutdown = shutdown;
        this.clock = clock;
    }

    @Override
    public Integer call() throws IOException {
        OptionsOfActionsOnly.require(spec);
        if (messages != null && messages < 1) {
            throw new Failure(FailureCode.USAGE, "--messages must be at least 1 but was " + messages, "");
        }
        Map<String, Object> config = config();
        Optional<Attack> attack = drill.attack(training.seed());
        ClientRecipe recipe = training.recipe();
        SuperLinkOptions options = key.addTo(superLink.options(console), console);
        try (LoadedTraining loaded = training.open(LocalDateTime.ofInstant(clock.instant(), ZoneOffset.UTC))) {
            NodeLink link = SuperLinks.fleet(superLink.address(), options);
            Watch watch = new Watch(loaded.describeEngine());
            ClientAppRunner runner = ClientAppRunner.builder(link, client(loaded, recipe, attack))
                    .nodeConfig(config)
                    .listener(watch)
                    .build();
            watch.runner = runner;
            console.out()
                    .println("joining " + link.address() + " (" + link.generation() + ") with "
                            + loaded.rows().size() + " rows of " + training.data() + " and " + training.model());
            attack.ifPresent(chosen -> console.err()
                    .println("WARNING: this node is a drill. It attacks its federation with '" + chosen.spec() + "'."));
            shutdown.during(runner::close, () -> {
                runner.run();
                return 0;
            });
        }
        return 0;
    }

    private ClientApp client(LoadedTraining loaded, ClientRecipe recipe, Optional<Attack> attack) {
        long number = partition == null ? 0 : partition;
        return attack.map(chosen -> drill.client(chosen, loaded, recipe, number, training.seed()))
                .orElseGet(() -> loaded.client(recipe));
    }

    private Map<String, Object> config() {
        Map<String, Object> config = new LinkedHashMap<>(KeyValues.parse("--node-config", nodeConfig));
        if (partition != null) {
            config.put("partition-id", partition);
        }
        return config;
    }

    /** Prints a line a message and counts them. */
    private final class Watch implements NodeListener {
        private final String engine;
        private @Nullable ClientAppRunner runner;
        private long answered;

        Watch(String engine) {
            this.engine = engine;
        }

        @Override
        public void joined(long nodeId) {
            console.out().println("node " + Long.toUnsignedString(nodeId) + " is online, training on " + engine);
        }

        @Override
        public void answered(long nodeId, Message reply, boolean accepted) {
            answered++;
            String kind = reply.metadata().messageType();
            String how = reply.hasError() ? ", failed: " + reply.error().reason() : accepted ? "" : ", came too late";
            console.out().println("message " + answered + ": " + kind + how);
            if (runner != null && messages != null && answered >= messages) {
                runner.close();
            }
        }
    }
}
