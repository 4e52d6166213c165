package io.safefedllm.app.option;

import io.safefedllm.app.failure.Failure;
import io.safefedllm.app.failure.FailureCode;
import io.safefedllm.client.data.ChatTokenizer;
import io.safefedllm.client.data.PromptTemplate;
import io.safefedllm.client.exchange.ClientRecipe;
import io.safefedllm.client.model.EngineDevice;
import io.safefedllm.client.train.RoundRate;
import io.safefedllm.client.train.TrainingPlan;
import io.safefedllm.probe.lora.LoraConfig;
import java.nio.file.Path;
import java.time.LocalDateTime;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a node trains, and how. */
public final class TrainingOptions {
    private static final int MAX_LENGTH = 512;
    private static final String LAST_ANSWER = "last";

    private String dataOption = "--data";

    @Option(
            names = "--model",
            paramLabel = "DIR",
            required = true,
            description = "The base model, a Hugging Face directory.")
    private Path model;

    @Option(
            names = "--data",
            paramLabel = "FILE",
            required = true,
            description = "Training rows as a JSON array or JSON lines: instruction, input, output, or conversations in"
                    + " messages, which the model's chat template renders.")
    private Path data;

    @Option(
            names = "--chat-answers",
            paramLabel = "WHICH",
            description = "Which of the assistant's answers in a conversation are trained: last or all"
                    + " (default: ${DEFAULT-VALUE}).")
    private String chatAnswers = LAST_ANSWER;

    @Mixin
    private PromptOption prompt;

    @Option(names = "--steps", paramLabel = "N", description = "Optimiser steps a round (default: ${DEFAULT-VALUE}).")
    private int steps = ClientRecipe.DEFAULTS.steps();

    @Option(names = "--batch-size", paramLabel = "N", description = "Rows a step (default: ${DEFAULT-VALUE}).")
    private int batchSize = ClientRecipe.DEFAULTS.batchSize();

    @Mixin
    private StepOptions step = new StepOptions();

    @Mixin
    private DeviceOption device = new DeviceOption();

    @Option(names = "--learning-rate", paramLabel = "X", description = "Learning rate (default: ${DEFAULT-VALUE}).")
    private double learningRate = ClientRecipe.DEFAULTS.rate().max();

    @Option(
            names = "--max-length",
            paramLabel = "N",
            description = "Tokens after which a row is cut (default: ${DEFAULT-VALUE}).")
    private int maxLength = MAX_LENGTH;

    @Mixin
    private LoraOptions lora = new LoraOptions();

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "Decides rows and first adapter where a run sends no seed (default: ${DEFAULT-VALUE}).")
    private long seed = ClientRecipe.DEFAULTS.seed();

    /**
     * Returns options that nobody typed as such, with the usual values for what is not given here.
     *
     * @param option how the person named the rows, for messages
     */
    public static TrainingOptions of(Path model, String option, Path data, String prompt) {
        TrainingOptions options = new TrainingOptions();
        options.model = model;
        options.dataOption = option;
        options.data = data;
        options.prompt = PromptOption.of(prompt);
        return options;
    }

    /**
     * Loads model and data; the caller closes them.
     *
     * @param now what a chat template that asks for the date is told
     */
    public LoadedTraining open(LocalDateTime now) {
        Artifacts.requireDirectory("--model", model);
        Artifacts.requireFile(dataOption, data);
        trainedAnswers();
        return LoadedTraining.open(this, now);
    }

    public Path model() {
        return model;
    }

    public Path data() {
        return data;
    }

    public long seed() {
        return seed;
    }

    public int maxLength() {
        return maxLength;
    }

    public LoraConfig lora() {
        return lora.config(model);
    }

    /** Returns what a node does in each round. */
    public ClientRecipe recipe() {
        plan();
        return new ClientRecipe(
                steps,
                batchSize,
                step.accumulation(),
                new RoundRate(learningRate, learningRate),
                step.settings(),
                seed);
    }

    /** Returns one training by these options. */
    public TrainingPlan plan() {
        if (maxLength < 2) {
            throw new Failure(FailureCode.USAGE, "--max-length must be at least 2 but was " + maxLength, "");
        }
        return Checked.usage(() -> step.settings()
                .in(TrainingPlan.of(steps, batchSize, learningRate, seed).withAccumulation(step.accumulation())));
    }

    /** Finds the device. */
    EngineDevice device() {
        return device.resolve();
    }

    PromptTemplate prompt() {
        return prompt.template();
    }

    ChatTokenizer.Trained trainedAnswers() {
        return switch (chatAnswers) {
            case LAST_ANSWER -> ChatTokenizer.Trained.LAST_ANSWER;
            case "all" -> ChatTokenizer.Trained.ALL_ANSWERS;
            default ->
                throw new Failure(
                        FailureCode.USAGE, "--chat-answers must be last or all but was '" + chatAnswers + "'", "");
        };
    }
}
