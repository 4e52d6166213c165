package io.safefedllm.app.lab;

import com.google.inject.Inject;
import io.safefedllm.app.console.Console;
import io.safefedllm.lab.attack.AttackCard;
import io.safefedllm.lab.attack.AttackParameter;
import io.safefedllm.lab.attack.Attacks;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** The table of attacks. */
@Command(
        name = "attacks",
        description = "List every attack with its parameters and their defaults.",
        footer = {
            "",
            "Attacks are named with --attack of simulate and node, and --attacks of lab scenarios. The attackers of one",
            "process share what they know and send: all those of a simulation, but never two nodes.",
            "",
            "Example:",
            "  ./safe-fedllm lab attacks"
        })
final class LabAttacksCommand implements Callable<Integer> {
    private final Console console;

    @Inject
    LabAttacksCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        PrintStream out = console.out();
        for (AttackCard card : Attacks.cards()) {
            out.println(card.name() + " (" + card.formula() + ")");
            out.println("  " + card.summary());
            for (AttackParameter parameter : card.parameters()) {
                out.println("  " + parameter.name() + "=" + parameter.fallback() + "  " + parameter.meaning());
            }
        }
        return 0;
    }
}
