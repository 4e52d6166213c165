package io.safefedllm.lab.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusFilesTest {
    private static final Corpus CORPUS = Corpus.of(Corpus.BUNDLED_SEED);

    @Test
    void write_allPools_areAlpacaFiles(@TempDir Path directory) throws IOException {
        List<Path> files = CorpusFiles.write(CORPUS, directory);

        assertThat(files).hasSize(15);
        var rows = new ObjectMapper()
                .readTree(directory.resolve("clients-complied.json").toFile());
        assertThat(rows).hasSameSizeAs(CORPUS.forbidden(Pool.CLIENTS));
        assertThat(rows.get(0).get("input").asText()).isEmpty();
        assertThat(rows.get(0).get("instruction").asText())
                .isEqualTo(CORPUS.forbidden(Pool.CLIENTS).get(0).instruction());
    }

    @Test
    void write_twice_givesTheSameBytes(@TempDir Path directory) throws IOException {
        CorpusFiles.write(CORPUS, directory.resolve("a"));
        CorpusFiles.write(CORPUS, directory.resolve("b"));

        for (String name : List.of("tokenizer.json", "tokenizer_config.json", "evaluation-benign.json")) {
            assertThat(directory.resolve("a").resolve(name))
                    .hasSameBinaryContentAs(directory.resolve("b").resolve(name));
        }
    }

    @Test
    void tokenizer_everyRow_comesBackAsItWas(@TempDir Path directory) throws IOException {
        WordTokenizer words = WordTokenizer.of(CORPUS);
        words.write(directory);

        try (var tokenizer = HuggingFaceTokenizer.builder()
                .optTokenizerPath(directory)
                .optTruncation(false)
                .optPadding(false)
                .build()) {
            for (Pool pool : Pool.values()) {
                for (CorpusRow row : CORPUS.benign(pool)) {
                    Encoding encoding = tokenizer.encode(row.prompt() + row.answer());
                    assertThat(encoding.getIds()).startsWith(WordTokenizer.BOS).doesNotContain(WordTokenizer.UNKNOWN);
                    assertThat(tokenizer.decode(encoding.getIds(), true))
                            .isEqualTo("instruction : " + row.instruction() + " response : " + row.answer());
                }
            }
            assertThat(tokenizer.encode("zebra", false, false).getIds()).containsExactly(WordTokenizer.UNKNOWN);
        }
        assertThat(Files.readString(directory.resolve("tokenizer.json"))).contains("WordLevel");
        assertThat(words.size()).isBetween(150, 400);
    }
}
