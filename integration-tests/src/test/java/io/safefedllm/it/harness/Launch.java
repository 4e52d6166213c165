package io.safefedllm.it.harness;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How to start a process.
 *
 * @param name what its output is called in messages and files, such as {@code supernode-0}
 * @param command the program and its arguments
 * @param environment what is added to the environment of the tests
 * @param directory working directory, and where the output file {@code NAME.log} goes
 */
public record Launch(String name, List<String> command, Map<String, String> environment, Path directory) {

    public Launch {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    /** Returns the same with further variables in the environment. */
    Launch with(Map<String, String> variables) {
        Map<String, String> all = new HashMap<>(environment);
        all.putAll(variables);
        return new Launch(name, command, all, directory);
    }
}
