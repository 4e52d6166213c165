package io.safefedllm.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.client.exchange.RunKey;
import io.safefedllm.strategy.settings.SettingCard;
import io.safefedllm.strategy.settings.StrategySettings;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The page of settings and the tables that the strategy and a node read are the same. */
class SettingsPageTest {

    @Test
    void settingsPage_everySetting_isTheStrategysOwn() {
        List<String> expected = new ArrayList<>();
        expected.add("| key | hardened | paper-faithful | value | meaning |");
        expected.add("|---|---|---|---|---|");
        StrategySettings.cards().stream().map(SettingsPageTest::row).forEach(expected::add);

        assertThat(Repository.table("docs/settings.md", "settings")).isEqualTo(expected);
    }

    @Test
    void settingsPage_everyKeyOfANode_isWhatANodeReads() {
        List<String> expected = new ArrayList<>();
        expected.add("| key | what a node of ours does with it |");
        expected.add("|---|---|");
        for (RunKey key : RunKey.values()) {
            expected.add("| `" + key.key() + "` | " + key.meaning() + " |");
        }

        assertThat(Repository.table("docs/settings.md", "node-settings")).isEqualTo(expected);
    }

    private static String row(SettingCard card) {
        return "| `" + card.key() + "` | " + code(card.hardened()) + " | " + code(card.paperFaithful()) + " | "
                + card.allowed() + " | " + card.meaning() + " |";
    }

    private static String code(String value) {
        return value.isEmpty() ? "-" : "`" + value + "`";
    }
}
