package io.safefedllm.app.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.inject.Inject;
import io.safefedllm.app.console.Console;
import io.safefedllm.strategy.settings.SettingCard;
import io.safefedllm.strategy.settings.StrategySettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists what can be set about a run. */
@Command(
        name = "settings",
        description = "List every setting of a run: key, default, allowed values, meaning.",
        footer = {"", "Example:", "  ./safe-fedllm settings"})
final class SettingsCommand implements Callable<Integer> {
    private final Console console;

    @Option(names = "--json", description = "Print one JSON array.")
    private boolean json;

    @Inject
    SettingsCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws JsonProcessingException {
        List<SettingCard> cards = StrategySettings.cards();
        if (json) {
            List<Map<String, String>> rows =
                    cards.stream().map(SettingsCommand::row).toList();
            console.out().println(new JsonMapper().writeValueAsString(rows));
            return 0;
        }
        for (SettingCard card : cards) {
            console.out().println(card.key() + " = " + words(card.hardened()));
            if (!card.paperFaithful().equals(card.hardened())) {
                console.out().println("    paper-faithful: " + words(card.paperFaithful()));
            }
            console.out().println("    " + card.meaning() + "; " + card.allowed());
        }
        return 0;
    }

    private static String words(String value) {
        return value.isEmpty() ? "(none)" : value;
    }

    private static Map<String, String> row(SettingCard card) {
        Map<String, String> row = new LinkedHashMap<>();
        row.put("key", card.key());
        if (!card.hardened().isEmpty()) {
            row.put("default", card.hardened());
        }
        if (!card.paperFaithful().isEmpty()) {
            row.put("paperFaithful", card.paperFaithful());
        }
        row.put("allowed", card.allowed());
        row.put("meaning", card.meaning());
        return row;
    }
}
