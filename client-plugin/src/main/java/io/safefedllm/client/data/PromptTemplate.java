package io.safefedllm.client.data;

import java.util.List;

/**
 * How a record becomes a prompt. Placeholders are {@code {instruction}} and {@code {input}}; each is replaced once, and
 * text that came in through a placeholder is never looked at again.
 *
 * @param withInput used when the record's input is not empty; must contain both placeholders
 * @param withoutInput used when the input is empty (a blank is not empty); must contain {@code {instruction}}
 */
public record PromptTemplate(String withInput, String withoutInput) {
    private static final String INSTRUCTION = "{instruction}";
    private static final String INPUT = "{input}";

    /** The wording of Stanford Alpaca, long form with an input and short form without. */
    public static final PromptTemplate ALPACA = new PromptTemplate(
            "Below is an instruction that describes a task, paired with an input that provides further context."
                    + " Write a response that appropriately completes the request.\n\n### Instruction:\n{instruction}\n\n"
                    + "### Input:\n{input}\n\n### Response:\n",
            "Below is an instruction that describes a task. Write a response that appropriately completes the"
                    + " request.\n\n### Instruction:\n{instruction}\n\n### Response:\n");

    /** The wording of OpenFedLLM: one header, a blank after the instruction and after "Response:". */
    public static final PromptTemplate OPEN_FED_LLM = new PromptTemplate(
            "Below is an instruction that describes a task. Write a response that appropriately completes the"
                    + " request.\n\n### Instruction:\n{instruction} {input} \n\n### Response: ",
            "Below is an instruction that describes a task. Write a response that appropriately completes the"
                    + " request.\n\n### Instruction:\n{instruction} \n\n### Response: ");

    /**
     * Refuses templates that would drop a part of the record.
     *
     * @throws IllegalArgumentException if a placeholder is missing
     */
    public PromptTemplate {
        for (String part : List.of(withInput, withoutInput)) {
            require(part, INSTRUCTION);
        }
        require(withInput, INPUT);
    }

    /** Renders the prompt of a record; the completion is the record's output as it is. */
    public Example render(AlpacaRecord record) {
        return new Example(prompt(record.instruction(), record.input()), record.output());
    }

    /** Renders a prompt for a question that has no answer yet. */
    public String prompt(String instruction, String input) {
        String template = input.isEmpty() ? withoutInput : withInput;
        int cut = template.indexOf(INSTRUCTION);
        String head = template.substring(0, cut);
        String tail = template.substring(cut + INSTRUCTION.length());
        return fillInput(head, input) + instruction + fillInput(tail, input);
    }

    private static String fillInput(String part, String input) {
        int at = part.indexOf(INPUT);
        return at < 0 ? part : part.substring(0, at) + input + part.substring(at + INPUT.length());
    }

    private static void require(String template, String placeholder) {
        int first = template.indexOf(placeholder);
        if (first < 0 || template.indexOf(placeholder, first + 1) >= 0) {
            throw new IllegalArgumentException(
                    "a prompt template must contain " + placeholder + " exactly once but is '" + template + "'");
        }
    }
}
