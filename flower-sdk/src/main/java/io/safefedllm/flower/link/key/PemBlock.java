package io.safefedllm.flower.link.key;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The labelled Base64 in which text files carry keys. */
final class PemBlock {

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);

    private final String label;
    private final String body;

    private PemBlock(String label, String body) {
        this.label = label;
        this.body = body;
    }

    /**
     * Returns the one block of a file that holds a private key; blocks of parameters beside it do not matter.
     *
     * @throws KeyFileException if there is none, or more than one
     */
    static PemBlock privateKey(byte[] bytes, String file) {
        Matcher matcher = BLOCK.matcher(new String(bytes, StandardCharsets.ISO_8859_1));
        PemBlock found = null;
        while (matcher.find()) {
            if (matcher.group(1).endsWith("PRIVATE KEY")) {
                if (found != null) {
                    throw new KeyFileException(file + " holds more than one private key; keep one key in a file");
                }
                found = new PemBlock(matcher.group(1), matcher.group(2));
            }
        }
        if (found == null) {
            throw new KeyFileException(file + " holds no private key in a form known here (OpenSSH, PKCS #8 or SEC 1);"
                    + " name the file without .pub, or make a key with `safe-fedllm node keygen`");
        }
        return found;
    }

    static String write(String label, byte[] content, int columns) {
        String body = Base64.getMimeEncoder(columns, new byte[] {'\n'}).encodeToString(content);
        return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
    }

    String label() {
        return label;
    }

    /** Returns whether the body begins with the headers of an old kind of encryption. */
    boolean isEncryptedByHeaders() {
        return body.contains("ENCRYPTED");
    }

    byte[] content(String file) {
        try {
            return Base64.getDecoder().decode(body.replaceAll("\\s", ""));
        } catch (IllegalArgumentException e) {
            throw new KeyFileException(file + " is damaged: it is not Base64; take another copy of it", e);
        }
    }
}
