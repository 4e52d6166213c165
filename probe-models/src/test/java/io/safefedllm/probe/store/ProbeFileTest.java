package io.safefedllm.probe.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.safefedllm.probe.Golden;
import io.safefedllm.probe.Probes;
import io.safefedllm.probe.model.ProbeSet;
import io.safefedllm.probe.model.SecondOpinions;
import io.safefedllm.probe.model.UpdateRecipe;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProbeFileTest {
    private static final ProbeSet PROBES = Probes.twoViews();

    @TempDir
    private Path directory;

    /** This file is never to be made anew: a released version must load for ever. */
    @Test
    void read_sampleOfVersion1_givesEveryFieldBack() throws IOException {
        ProbeSet read = ProbeFile.read(Golden.resource("/probes/version-1.probe"));

        assertThat(read.sha256()).isEqualTo("c82109e94b290b420efd085002c415f265d7644e968940553b463084fe681120");
        assertSame(read, unknownRecords(PROBES));
    }

    @Test
    void write_thenRead_givesEveryFieldBack() throws IOException {
        Path file = directory.resolve("a.probe");

        ProbeFile.write(file, PROBES);

        assertSame(ProbeFile.read(file), PROBES);
    }

    @Test
    void write_withSecondOpinions_givesThemBack() throws IOException {
        Path file = directory.resolve("o.probe");

        ProbeFile.write(file, Probes.withOpinions());

        ProbeSet read = ProbeFile.read(file);
        assertSame(read, Probes.withOpinions());
        assertThat(read.opinions()).isEqualTo(Probes.withOpinions().opinions());
        assertThat(read.sha256()).isNotEqualTo(read.with(SecondOpinions.NONE).sha256());
    }

    /** This file is never to be made anew: a released version must load for ever. */
    @Test
    void read_sampleOfVersion2_givesEveryFieldBack() throws IOException {
        ProbeSet read = ProbeFile.read(Golden.resource("/probes/version-2.probe"));

        assertThat(read.sha256()).isEqualTo("d4f4724a9a1cb8a8f5b1e22809664956b33b7402b02c20c67a848f4744d9bf56");
        assertSame(read, Probes.withOpinions());
        assertThat(read.opinions()).isEqualTo(Probes.withOpinions().opinions());
    }

    /** This file is never to be made anew: a released version must load for ever. */
    @Test
    void read_sampleOfVersion3_givesEveryFieldBack() throws IOException {
        ProbeSet read = ProbeFile.read(Golden.resource("/probes/version-3.probe"));

        assertThat(read.sha256()).isEqualTo("c82109e94b290b420efd085002c415f265d7644e968940553b463084fe681120");
        assertSame(read, PROBES);
    }

    @Test
    void read_cardOfVersion2_doesNotSayWhichRecordsItIsFor() throws IOException {
        String header = header();
        assertThat(header).contains("\"records\":\"final\",");

        byte[] second = withHeader(header.replace("\"records\":\"final\",", ""));
        second[11] = 2;

        assertSame(
                ProbeFile.read(Files.write(directory.resolve("second.probe"), sealed(second))), unknownRecords(PROBES));
        second[11] = 3;
        assertRefused(sealed(second), "the header is malformed");
    }

    private static ProbeSet unknownRecords(ProbeSet probes) {
        UpdateRecipe known = probes.card().recipes().get(0);
        UpdateRecipe unknown =
                new UpdateRecipe(known.base(), "", known.learningRate(), known.steps(), known.batch(), known.loraA());
        return probes.with(probes.views(), probes.card().withRecipes(List.of(unknown)));
    }

    @Test
    void write_sameSetTwice_givesTheSameBytes() throws IOException {
        ProbeFile.write(directory.resolve("a"), PROBES);
        ProbeFile.write(directory.resolve("b"), ProbeFile.read(directory.resolve("a")));

        assertThat(directory.resolve("b")).hasSameBinaryContentAs(directory.resolve("a"));
    }

    @Test
    void read_anyBitFlipped_isRefusedInOneLine() throws IOException {
        byte[] sound = bytes();
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < sound.length; i++) {
            byte[] changed = sound.clone();
            changed[i] ^= (byte) (1 << random.nextInt(8));
            assertRefused(changed, "");
        }
    }

    @Test
    void read_anyLengthShorter_isRefused() throws IOException {
        byte[] sound = bytes();
        for (int length = 0; length < sound.length; length += 7) {
            assertRefused(Arrays.copyOf(sound, length), "");
        }
    }

    @Test
    void read_longer_isRefused() throws IOException {
        byte[] sound = bytes();

        assertRefused(Arrays.copyOf(sound, sound.length + 1), "the digest does not match");
    }

    @Test
    void read_anotherFormat_isRefused() throws IOException {
        assertRefused(new byte[100], "this is no probe file; make one with 'probe train'");
    }

    @Test
    void read_newerVersion_isRefusedNamingIt() throws IOException {
        byte[] newer = bytes();
        newer[11] = 4;

        assertRefused(sealed(newer), "probe file version 4 is unknown; this program reads versions 1 to 3");
    }

    /** Whoever can change the header can also compute the digest, so the content is checked too. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"first_b\",\"selector\":\"first_b\" | \"first_b\",\"selector\":\"rest_c\" | unknown view selector 'rest_c'",
                "\"first_b\",\"selector\":\"first_b\" | \"first_b\",\"selector\":\"rest_b\" | does not select tensor",
                "\"normalisation\":\"l2\" | \"normalisation\":\"l3\" | unknown normalisation 'l3'",
                "\"threshold\":0.8 | \"threshold\":1.8 | must be in (0, 1] but was 1.8",
                "\"threshold\":0.8 | \"threshold\":\"x\" | the header is malformed",
                "\"sizes\":[8] | \"sizes\":[9] | ",
                "\"sizes\":[8] | \"sizes\":[7] | ",
                "\"sizes\":[8] | \"sizes\":[0] | positive sizes",
                "\"records\":\"final\" | \"records\":\"whole\" | the header is malformed",
                "\"seed\":2023 | \"sead\":2023 | the header is malformed",
                "\"firstLayer\":0 | \"firstLayer\":-1 | first layer must be 0 or more",
                "\"epochs\":40 | \"epochs\":null | the header is malformed",
                "\"keys\":[\"layers.0 | \"keys\":[null,\"layers.0 | the header is malformed",
                "\"shape\":[2,3] | \"shape\":[2,-3] | the header is malformed",
            })
    void read_forgedHeaderWithRightDigest_isRefused(String from, String to, @Nullable String fault) throws IOException {
        String header = header();
        assertThat(header).contains(from);

        assertRefused(withHeader(header.replace(from, to)), fault == null ? "" : fault);
    }

    @Test
    void read_headerLongerThanTheFile_isRefused() throws IOException {
        byte[] forged = bytes();
        ByteBuffer.wrap(forged).putInt(12, Integer.MAX_VALUE);

        assertRefused(sealed(forged), "the header claims 2147483647 bytes");
    }

    private void assertRefused(byte[] bytes, String fault) throws IOException {
        Path file = Files.write(directory.resolve("changed.probe"), bytes);

        assertThatThrownBy(() -> ProbeFile.read(file))
                .isInstanceOf(StoreException.class)
                .hasMessageStartingWith(file + ": ")
                .hasMessageContaining(fault)
                .hasMessageNotContaining("\n");
    }

    private static void assertSame(ProbeSet read, ProbeSet expected) {
        assertThat(read.layout()).isEqualTo(expected.layout());
        assertThat(read.views()).isEqualTo(expected.views());
        assertThat(read.card()).isEqualTo(expected.card());
        assertThat(read.sha256()).isEqualTo(expected.sha256());
    }

    private byte[] bytes() throws IOException {
        Path file = directory.resolve("sound.probe");
        ProbeFile.write(file, PROBES);
        return Files.readAllBytes(file);
    }

    private String header() throws IOException {
        byte[] bytes = bytes();
        return new String(bytes, 16, ByteBuffer.wrap(bytes).getInt(12), StandardCharsets.UTF_8);
    }

    private byte[] withHeader(String header) throws IOException {
        byte[] sound = bytes();
        int oldEnd = 16 + ByteBuffer.wrap(sound).getInt(12);
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        byte[] forged = new byte[sound.length - oldEnd + 16 + json.length];
        ByteBuffer.wrap(forged)
                .put(sound, 0, 12)
                .putInt(json.length)
                .put(json)
                .put(sound, oldEnd, sound.length - oldEnd);
        return sealed(forged);
    }

    private static byte[] sealed(byte[] bytes) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes, 0, bytes.length - 32);
            System.arraycopy(digest.digest(), 0, bytes, bytes.length - 32, 32);
            return bytes;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
