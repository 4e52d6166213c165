package io.safefedllm.client.golden;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.safefedllm.client.checkpoint.ModelDirectory;
import io.safefedllm.client.data.Batch;
import io.safefedllm.client.data.TextTokenizer;
import io.safefedllm.client.data.TokenizedText;
import io.safefedllm.client.model.CausalLm;
import io.safefedllm.client.model.EngineDevice;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraConfig;
import io.safefedllm.probe.lora.TensorSpec;
import io.safefedllm.probe.store.SafetensorsFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.params.provider.Arguments;

/** Paths, arrays and models of src/test/resources/golden/lora; its README says what they hold and the tolerances. */
public final class Golden {
    private Golden() {}

    public static Path root() {
        return Path.of(System.getProperty("basedir", "."), "src/test/resources/golden/lora");
    }

    /** The same folder beside the repository, with what is not part of it. */
    public static Path shared() {
        return Path.of(System.getProperty("safefedllm.shared", "../../shared"), "golden/lora")
                .toAbsolutePath()
                .normalize();
    }

    /** Whether something beside the repository is there; if not, says so. */
    public static boolean isThere(Path path) {
        if (!Files.exists(path)) {
            System.out.println("skipped: there is no '" + path
                    + "'; set -Dsafefedllm.shared to the folder that holds golden/lora");
        }
        return Files.exists(path);
    }

    /** Every golden file by its path within the golden folder; where it is in the repository, that copy. */
    public static Map<String, Path> files() {
        Map<String, Path> files = new TreeMap<>();
        if (isThere(shared())) {
            files.putAll(files(shared()));
        }
        files.putAll(files(root()));
        return files;
    }

    static Map<String, Path> files(Path folder) {
        try (var paths = Files.walk(folder)) {
            return paths.filter(Files::isRegularFile)
                    .collect(Collectors.toMap(
                            path -> folder.relativize(path).toString().replace('\\', '/'), path -> path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static Path model(String name) {
        return root().resolve("models").resolve(name);
    }

    public static Path caseOf(String name) {
        return root().resolve("cases").resolve(name);
    }

    /** Reads JSON; a {@link GoldenReader} must ask for every field. */
    public static JsonNode json(Path file) {
        return GoldenReads.json(file);
    }

    public static int[] ints(JsonNode array) {
        int[] values = new int[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).intValue();
        }
        return values;
    }

    public static float[] floats(Path file, String name) {
        return read(file, name, SafetensorsFile::readFloat32);
    }

    public static boolean contains(Path file, String name) {
        return names(file, name).contains("");
    }

    /** The names that begin with a prefix, without it. */
    public static List<String> names(Path file, String prefix) {
        try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
            return tensors.names().stream()
                    .filter(name -> name.startsWith(prefix))
                    .map(name -> name.substring(prefix.length()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static int[] vector(Path file, String name) {
        return Arrays.stream(read(file, name, SafetensorsFile::readInt64))
                .mapToInt(Math::toIntExact)
                .toArray();
    }

    /** The bytes of a tensor as they are. */
    public static byte[] bytes(Path file, String name) {
        return read(file, name, (tensors, tensor) -> {
            byte[] bytes = new byte[Math.toIntExact(tensors.info(tensor).size())];
            tensors.map(tensor, 0, bytes.length).get(bytes);
            return bytes;
        });
    }

    /** Matrix {@code index} of a stack of integer matrices [.., B, T]. */
    public static int[][] matrix(Path file, String name, int index) {
        return read(file, name, (tensors, tensor) -> {
            List<Long> shape = tensors.info(tensor).shape();
            int columns = Math.toIntExact(shape.get(shape.size() - 1));
            int rows = Math.toIntExact(shape.get(shape.size() - 2));
            long[] flat = tensors.readInt64(tensor);
            int[][] matrix = new int[rows][columns];
            for (int row = 0; row < rows; row++) {
                for (int t = 0; t < columns; t++) {
                    matrix[row][t] = (int) flat[(index * rows + row) * columns + t];
                }
            }
            return matrix;
        });
    }

    /** What is read of one tensor. */
    @FunctionalInterface
    private interface Reading<T> {
        T of(SafetensorsFile tensors, String name) throws IOException;
    }

    private static <T> T read(Path file, String name, Reading<T> reading) {
        GoldenReads.tensor(file, name);
        try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
            return reading.of(tensors, name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static Batch batch(Path file, int index) {
        return Batch.of(
                matrix(file, "input_ids", index), matrix(file, "attention_mask", index), matrix(file, "labels", index));
    }

    /** How many batches a file of training batches holds. */
    public static int batchCount(Path file) {
        try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
            return Math.toIntExact(tensors.info("input_ids").shape().get(0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Loads a model of the fixtures. */
    public static CausalLm load(String name) {
        return CausalLm.load(ModelDirectory.open(model(name)), EngineDevice.CPU);
    }

    /** The names of all models with cases. */
    public static List<String> models() {
        return directories(root().resolve("cases"));
    }

    /** Model and LoRA set of all cases. */
    public static List<Arguments> sets() {
        List<Arguments> sets = new ArrayList<>();
        for (String model : models()) {
            directories(caseOf(model)).forEach(set -> sets.add(Arguments.of(model, set)));
        }
        return sets;
    }

    /** Model, LoRA set and name of all training runs. */
    public static List<Arguments> runs() {
        return within("train-(.*)\\.json");
    }

    /** Model, LoRA set and name of all adapter directories that PEFT wrote after a training run. */
    public static List<Arguments> trainedAdapters() {
        return within("adapter-(?!warm)(.*)");
    }

    private static List<Arguments> within(String pattern) {
        List<Arguments> found = new ArrayList<>();
        for (Arguments set : sets()) {
            String model = (String) set.get()[0];
            String name = (String) set.get()[1];
            for (String file : children(caseOf(model).resolve(name), path -> true)) {
                Matcher matcher = Pattern.compile(pattern).matcher(file);
                if (matcher.matches()) {
                    found.add(Arguments.of(model, name, matcher.group(1)));
                }
            }
        }
        return found;
    }

    private static List<String> directories(Path parent) {
        return children(parent, Files::isDirectory);
    }

    private static List<String> children(Path parent, Predicate<Path> wanted) {
        try (var paths = Files.list(parent)) {
            return paths.filter(wanted)
                    .map(path -> path.getFileName().toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static LoraConfig lora(String model, String set) {
        JsonNode lora = json(caseOf(model).resolve(set).resolve("order.json")).get("lora");
        List<String> targets = new ArrayList<>();
        lora.get("targets").forEach(target -> targets.add(target.textValue()));
        return new LoraConfig(lora.get("r").intValue(), lora.get("alpha").doubleValue(), 0, targets, model);
    }

    /** The tensors with a prefix, arranged as a layout. */
    public static LoraAdapter adapter(Path file, String prefix, AdapterLayout layout) {
        float[] values = new float[layout.size()];
        for (TensorSpec tensor : layout.tensors()) {
            float[] golden = floats(file, prefix + tensor.name());
            System.arraycopy(golden, 0, values, layout.offset(tensor.name()), golden.length);
        }
        return LoraAdapter.wrap(layout, values);
    }

    /** Checks ids without special tokens, offsets and the text that comes back. */
    public static void assertText(TextTokenizer tokenizer, JsonNode string) {
        TokenizedText text = tokenizer.encode(string.get("text").textValue(), false);

        assertThat(text.ids()).isEqualTo(ints(string.get("ids")));
        if (string.has("offsets")) {
            JsonNode offsets = string.get("offsets");
            assertThat(offsets).hasSize(text.length());
            for (int i = 0; i < text.length(); i++) {
                assertThat(new int[] {text.start(i), text.end(i)}).isEqualTo(ints(offsets.get(i)));
            }
        }
        assertThat(tokenizer.decode(text.ids(), false))
                .isEqualTo(string.get("decoded").textValue());
    }

    public static double largestDifference(float[] actual, float[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        double largest = 0;
        for (int i = 0; i < actual.length; i++) {
            largest = Math.max(largest, Math.abs((double) actual[i] - expected[i]));
        }
        return largest;
    }

    /** The same over the positions of a batch that hold a token; {@code actual} has a row of values for each position. */
    public static double largestDifferenceAtTokens(float[] actual, float[] expected, Batch batch) {
        assertThat(actual).hasSameSizeAs(expected);
        int width = actual.length / (batch.rows() * batch.length());
        double largest = 0;
        for (int i = 0; i < actual.length; i++) {
            int position = i / width;
            if (batch.isToken(position / batch.length(), position % batch.length())) {
                largest = Math.max(largest, Math.abs((double) actual[i] - expected[i]));
            }
        }
        return largest;
    }

    /** The Euclidean norm of {@code count} values. */
    public static double norm(float[] values, int from, int count) {
        double sum = 0;
        for (int i = from; i < from + count; i++) {
            sum += (double) values[i] * values[i];
        }
        return Math.sqrt(sum);
    }
}
