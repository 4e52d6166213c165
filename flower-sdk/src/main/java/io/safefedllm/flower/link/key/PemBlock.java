package io.safefedllm.flower.link.key;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/** The labelled Base64 in which text files carry keys and certificates; text between the blocks does not matter. */
public final class PemBlock {

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);

    private final String label;
    private final String body;

    private PemBlock(String label, String body) {
        this.label = label;
        this.body = body;
    }

    /** Returns the blocks of a file, in order. */
    public static List<PemBlock> all(byte[] file) {
        return BLOCK.matcher(new String(file, StandardCharsets.ISO_8859_1))
                .results()
                .map(block -> new PemBlock(block.group(1), block.group(2)))
                .toList();
    }

    /** Returns the text of a block with line feeds, the last one included. */
    public static String write(String label, byte[] content, int columns) {
        String body = Base64.getMimeEncoder(columns, new byte[] {'\n'}).encodeToString(content);
        return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
    }

    public String label() {
        return label;
    }

    /**
     * Returns what the block carries.
     *
     * @throws IllegalArgumentException if it is not Base64
     */
    public byte[] content() {
        return Base64.getDecoder().decode(body.replaceAll("\\s", ""));
    }

    /** Returns whether the body begins with the headers of an old kind of encryption. */
    boolean isEncryptedByHeaders() {
        return body.contains("ENCRYPTED");
    }
}
