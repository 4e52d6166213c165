package io.safefedllm.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every public class that decides or attacks says which rules of the specification it is. */
class RuleIdsTest {
    private static final Pattern PUBLIC_TYPE = Pattern.compile("(?m)^public .*(class|record|interface|enum) ");
    private static final Pattern RULE_ID = Pattern.compile("(SF|BL|AT)-\\d");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "strategy-plugin/src/main/java/io/safefedllm/strategy/aggregate",
                "strategy-plugin/src/main/java/io/safefedllm/strategy/optimize",
                "strategy-plugin/src/main/java/io/safefedllm/strategy/trust",
                "strategy-plugin/src/main/java/io/safefedllm/strategy/gate",
                "attack-lab/src/main/java/io/safefedllm/lab/attack"
            })
    void publicClass_ofADecidingPackage_citesARule(String directory) throws IOException {
        List<Path> silent;
        try (Stream<Path> files = Files.walk(Repository.path(directory))) {
            silent = files.filter(RuleIdsTest::isSilent).toList();
        }

        assertThat(silent).isEmpty();
    }

    private static boolean isSilent(Path file) {
        if (!file.toString().endsWith(".java")) {
            return false;
        }
        String text = Repository.text(Repository.path("").relativize(file).toString());
        return PUBLIC_TYPE.matcher(text).find() && !RULE_ID.matcher(text).find();
    }
}
