package io.safefedllm.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.app.Harness;
import io.safefedllm.app.shipped.Bundled;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What people get wrong: one line each, a documented status, and nothing left behind. */
class BadInputTest {
    private final Harness program = new Harness();

    @TempDir
    private Path directory;

    @BeforeEach
    void writeFiles() throws IOException {
        Files.writeString(
                directory.resolve("rows.jsonl"), "{\"instruction\":\"a\",\"output\":\"b\"}\n{\"instruction\":");
        Files.writeString(directory.resolve("good.jsonl"), "{\"instruction\":\"a\",\"output\":\"b\"}\n");
        Files.writeString(directory.resolve("bad.toml"), "level = \n");
        Files.writeString(directory.resolve("list.toml"), "[safe-fedllm]\nlevel = ['client']\n");
        Files.writeString(directory.resolve("unknown.toml"), "[safe-fedllm]\nlevl = 'client'\n");
        Files.createDirectory(directory.resolve("empty"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "serve                                              | 2 | SFL-100 | '--superlink=HOST:PORT'",
                "serve --superlink nowhere                          | 2 | SFL-100 | HOST:PORT",
                "serve --superlink 127.0.0.1:99999                  | 2 | SFL-100 | 99999",
                "serve --superlink 127.0.0.1:1 --wait -1            | 2 | SFL-100 | '-1'",
                "serve --superlink 127.0.0.1:1 --wait 0             | 1 | SFL-301 | 127.0.0.1:1",
                "serve --superlink 127.0.0.1:1 --set level          | 2 | SFL-100 | is not KEY=VALUE",
                "serve --superlink 127.0.0.1:1 --set safe-fedllm.levl=client | 2 | SFL-201 | unknown setting 'safe-fedllm.levl'",
                "serve --superlink 127.0.0.1:1 --set safe-fedllm.level=clint | 2 | SFL-201 | 'clint'",
                "serve --superlink 127.0.0.1:1 --config DIR/none    | 2 | SFL-101 | none",
                "serve --superlink 127.0.0.1:1 --config DIR/bad.toml | 2 | SFL-202 | line 1",
                "serve --superlink 127.0.0.1:1 --config DIR/list.toml | 2 | SFL-202 | 'safe-fedllm.level'",
                "serve --superlink 127.0.0.1:1 --config DIR/unknown.toml | 2 | SFL-201 | 'safe-fedllm.levl'",
                "serve --superlink 127.0.0.1:1 --probe DIR/none     | 2 | SFL-101 | none",
                "serve --superlink 127.0.0.1:1 --probe DIR/bad.toml | 1 | SFL-105 | bad.toml",
                "serve --superlink 127.0.0.1:1 --initial-adapter DIR/empty | 1 | SFL-106 | adapter_config.json",
                "serve --superlink 127.0.0.1:1 --model DIR/empty    | 1 | SFL-104 | config.json",
                "serve --superlink 127.0.0.1:1 --model a --initial-adapter b | 2 | SFL-100 | mutually exclusive",
                "serve --superlink 127.0.0.1:1 --runs demo          | 2 | SFL-100 | 'demo'",
                "serve --superlink 127.0.0.1:1 --device tpu         | 2 | SFL-100 | 'tpu'",
                "serve --superlink 127.0.0.1:1 --python-serverapp DIR/none | 2 | SFL-101 | none",
                "node --superlink 127.0.0.1:1 --model DIR/none --data DIR/good.jsonl  | 2 | SFL-101 | none",
                "node --superlink 127.0.0.1:1 --model a --data b --attack boo  | 2 | SFL-100 | unknown attack 'boo'",
                "node --superlink 127.0.0.1:1 --model a --data b --attack boosting | 2 | SFL-100 | --attack-data",
                "node --superlink 127.0.0.1:1 --model a --data b --attack alie:z=auto | 2 | SFL-100 | give z",
                "lab scenarios --out DIR/matrix --attacks boo       | 2 | SFL-100 | unknown attack 'boo'",
                "lab scenarios --out DIR/matrix --preset all        | 2 | SFL-100 | gate, full",
                "lab scenarios --out DIR/matrix --shares 2          | 2 | SFL-100 | 2.0",
                "node --superlink 127.0.0.1:1 --model DIR/empty --data DIR/good.jsonl | 1 | SFL-104 | config.json",
                "node --superlink 127.0.0.1:1 --model TINY --data DIR/none            | 2 | SFL-101 | none",
                "node --superlink 127.0.0.1:1 --model TINY --data DIR/rows.jsonl      | 1 | SFL-103 | line 2",
                "node --superlink 127.0.0.1:1 --model TINY --data DIR/good.jsonl --steps 0 | 2 | SFL-100 | steps",
                "node --superlink 127.0.0.1:1 --model TINY --data DIR/good.jsonl --prompt x | 2 | SFL-100 | {instruction}",
                "node --superlink 127.0.0.1:1 --model TINY --data DIR/good.jsonl --node-config x | 2 | SFL-100 | 'x' is not KEY=VALUE",
                "node --superlink 127.0.0.1:1 --model TINY --data DIR/good.jsonl --messages 0 | 2 | SFL-100 | at least 1 but was 0",
                "node --superlink 127.0.0.1:1 --model TINY --data DIR/good.jsonl --lora-target-modules x | 2 | SFL-100 | x",
                "train --model TINY --data DIR/rows.jsonl --out DIR/out | 1 | SFL-103 | line 2",
                "train --model TINY --data DIR/good.jsonl --learning-rate NaN --out DIR/out | 2 | SFL-100 | NaN",
                "generate --model DIR/empty hello                   | 1 | SFL-104 | config.json",
                "simulate --arms fedavgg --out DIR/out              | 2 | SFL-100 | unknown arm 'fedavgg'",
                "simulate --attack noise --out DIR/out              | 2 | SFL-100 | 'noise'",
                "simulate --malicious-ratio 1.5 --out DIR/out       | 2 | SFL-100 | 1.5",
                "simulate --rounds 0 --out DIR/out                  | 2 | SFL-100 | 0",
                "simulate --learning-rate 0 --out DIR/out           | 2 | SFL-100 | 0.0",
                "simulate --model DIR/none --out DIR/out            | 2 | SFL-101 | none",
                "simulate --probe DIR/bad.toml --out DIR/out        | 1 | SFL-105 | bad.toml",
                "simulate --data DIR/good.jsonl --out DIR/out       | 2 | SFL-100 | lab hostile",
                "simulate --hostile-data DIR/good.jsonl --out DIR/out | 2 | SFL-100 | needs --data",
                "simulate --data DIR/good.jsonl --hostile-data DIR/good.jsonl --out DIR/out | 2 | SFL-100 | needs --model",
                "simulate --data DIR/none --hostile-data DIR/good.jsonl --model DIR/empty --out DIR/out | 2 | SFL-101 | none",
                "simulate --max-length 9 --out DIR/out              | 2 | SFL-100 | --max-length has a meaning beside --data only",
                "simulate --held-out 9 --out DIR/out                | 2 | SFL-100 | --held-out",
                "lab hostile --data DIR/rows.jsonl --out DIR/out    | 1 | SFL-103 | rows.jsonl",
                "lab hostile --data DIR/good.jsonl --style kind --out DIR/out | 2 | SFL-100 | 'kind'",
                "report DIR/none                                    | 2 | SFL-101 | none",
                "report DIR/empty                                   | 2 | SFL-101 | result.json",
                "probe                                              | 2 | SFL-100 | missing action",
                "probe inspect DIR/bad.toml                         | 1 | SFL-105 | bad.toml",
                "probe train --updates DIR/none --out DIR/out       | 2 | SFL-101 | none",
                "probe train --updates DIR/empty --out DIR/out      | 1 | SFL-103 | manifest.jsonl",
                "probe train --updates DIR/empty --alpha 2 --out DIR/out | 2 | SFL-100 | 2.0",
                "probe train --updates DIR/empty --views last_b --out DIR/out | 2 | SFL-100 | 'last_b'",
                "score --probe DIR/none DIR/empty                   | 2 | SFL-101 | none",
                "doctor --superlink x                               | 2 | SFL-100 | HOST:PORT",
                "lab                                                | 2 | SFL-100 | missing step",
                "lab updates --model DIR/none --out DIR/out         | 2 | SFL-101 | none"
            })
    void run_badInput_endsWithOneLine(String line, int status, String code, String reason) {
        assertThat(program.run(words(line))).isEqualTo(status);

        assertThat(program.err().lines().reduce((first, second) -> second).orElse(""))
                .startsWith("safe-fedllm: ")
                .contains(reason)
                .endsWith(" " + code + " (docs/exit-codes/" + code + ".md)");
        assertThat(program.err()).doesNotContain("\tat ");
        assertThat(program.out()).isEmpty();
        assertThat(directory.resolve("out")).doesNotExist();
    }

    @Test
    void serve_silentPort_endsWithOneLine() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            assertThat(program.run("serve", "--superlink", "127.0.0.1:" + silent.getLocalPort(), "--wait", "0"))
                    .isEqualTo(1);
        }

        assertThat(program.err().lines())
                .singleElement()
                .asString()
                .contains("silent")
                .contains("SFL-301");
    }

    @Test
    void serve_optionFromTheEnvironment_isUsed() {
        program.environment.put("SAFE_FEDLLM_SUPERLINK", "127.0.0.1:1");
        program.environment.put("SAFE_FEDLLM_WAIT", "0");

        assertThat(program.run("serve")).isEqualTo(1);

        assertThat(program.err()).contains("127.0.0.1:1").contains("SFL-301");
    }

    @Test
    void serve_wrongValueFromTheEnvironment_isWrongUsage() {
        program.environment.put("SAFE_FEDLLM_SUPERLINK", "127.0.0.1:1");
        program.environment.put("SAFE_FEDLLM_WAIT", "soon");

        assertThat(program.run("serve")).isEqualTo(2);

        assertThat(program.err()).contains("'soon'").contains("SFL-100");
    }

    private String[] words(String line) {
        return Stream.of(line.split(" +"))
                .map(word -> word.replace("DIR", directory.toString())
                        .replace("TINY", Bundled.model().toString()))
                .toArray(String[]::new);
    }
}
