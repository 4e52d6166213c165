package io.safefedllm.flower.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.safefedllm.flower.link.RunFilter.Verdict;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunFilterTest {

    private static final String HASH = "ab".repeat(32);

    @ParameterizedTest
    @CsvSource({
        "me/app, me/app,  , OURS",
        "@me/app, me/app, , OURS",
        "me/app, you/app, , FOREIGN",
        "me/app,        , HASH, UNDECIDED",
        "HASH,          , HASH, OURS",
        "HASH,          , OTHER, FOREIGN",
        "HASH,   me/app , , UNDECIDED",
        "me/app;HASH, , OTHER, UNDECIDED",
        "me/app;HASH, you/app, OTHER, FOREIGN"
    })
    void decide_fromWhatIsKnown_isSureOrUndecided(String apps, String id, String hash, Verdict verdict) {
        RunFilter filter = RunFilter.of(List.of(apps.replace("HASH", HASH).split(";", -1)));
        Optional<String> fabHash = Optional.ofNullable(hash).map(text -> text.equals("HASH") ? HASH : "cd".repeat(32));

        assertThat(filter.decide(Optional.ofNullable(id), fabHash)).isEqualTo(verdict);
    }

    @Test
    void all_knowingNothing_takesTheRun() {
        assertThat(RunFilter.all().decide(Optional.empty(), Optional.empty())).isEqualTo(Verdict.OURS);
    }

    @Test
    void of_neitherIdNorHash_isRefusedInOneLine() {
        assertThatThrownBy(() -> RunFilter.of(List.of("nonsense")))
                .hasMessage("'nonsense' is neither a FAB id (publisher/name) nor a FAB hash (64 hexadecimal digits);"
                        + " check --runs");
    }
}
