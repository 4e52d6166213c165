package io.safefedllm.flower.link.key;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Reads and writes key files of nodes. */
public final class KeyFiles {

    private static final int LARGEST_FILE = 64 * 1024;
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> OTHERS = EnumSet.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    private KeyFiles() {}

    /** Makes a new key from the JVM's secure randomness. */
    public static KeyPair generate() {
        return P384.generate();
    }

    /**
     * Reads a private key and the public one beside it.
     *
     * @throws KeyFileException if the file holds no unencrypted EC key on the curve P-384
     */
    public static KeyPair read(Path file) throws IOException {
        if (Files.size(file) > LARGEST_FILE) {
            throw new KeyFileException("'" + file + "' is too large for a key file; check the path");
        }
        return parse(Files.readAllBytes(file), "'" + file + "'");
    }

    /** Reads the bytes of a key file that is called {@code name} in messages. */
    public static KeyPair parse(byte[] bytes, String name) {
        PemBlock block = privateKey(PemBlock.all(bytes), name);
        if (block.isEncryptedByHeaders()) {
            throw encrypted(name);
        }
        return switch (block.label()) {
            case OpenSshKey.LABEL -> OpenSshKey.read(content(block, name), name);
            case "PRIVATE KEY" -> DerKey.pkcs8(content(block, name), name);
            case "EC PRIVATE KEY" -> DerKey.sec1(content(block, name), name);
            case "ENCRYPTED PRIVATE KEY" -> throw encrypted(name);
            default -> throw otherKind(name);
        };
    }

    // Blocks of parameters beside the key do not matter.
    private static PemBlock privateKey(List<PemBlock> blocks, String name) {
        List<PemBlock> keys = blocks.stream()
                .filter(block -> block.label().endsWith("PRIVATE KEY"))
                .toList();
        if (keys.isEmpty()) {
            throw new KeyFileException(name + " holds no private key in a form known here (OpenSSH, PKCS #8 or SEC 1);"
                    + " name the file without .pub, or make a key with `safe-fedllm node keygen`");
        }
        if (keys.size() > 1) {
            throw new KeyFileException(name + " holds more than one private key; keep one key in a file");
        }
        return keys.get(0);
    }

    private static byte[] content(PemBlock block, String name) {
        try {
            return block.content();
        } catch (IllegalArgumentException e) {
            throw new KeyFileException(name + " is damaged: it is not Base64; take another copy of it", e);
        }
    }

    /**
     * Writes a key in the form of OpenSSH: the private one readable by its owner only, the public one beside it with {@code .pub} at the end.
     *
     * @throws FileAlreadyExistsException if one of the files is there; nothing is written then
     */
    public static void write(KeyPair pair, Path file, String comment) throws IOException {
        Path publicFile = publicFile(file);
        if (Files.exists(publicFile)) {
            throw new FileAlreadyExistsException(publicFile.toString());
        }
        FileAttribute<Set<PosixFilePermission>> ownerOnly = PosixFilePermissions.asFileAttribute(OWNER_ONLY);
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        if (posix) {
            Files.createFile(file, ownerOnly);
        } else {
            Files.createFile(file);
        }
        int check = new SecureRandom().nextInt();
        Files.writeString(file, OpenSshKey.write(pair, comment, check), StandardCharsets.US_ASCII);
        Files.writeString(
                publicFile,
                OpenSshKey.publicLine(pair, comment) + "\n",
                StandardCharsets.US_ASCII,
                StandardOpenOption.CREATE_NEW);
    }

    /** Returns where {@link #write} puts the public key. */
    public static Path publicFile(Path file) {
        return file.resolveSibling(file.getFileName() + ".pub");
    }

    /** Returns whether others than its owner may read or change a file; no where the file system does not tell. */
    public static boolean isOpenToOthers(Path file) throws IOException {
        if (!file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return false;
        }
        return Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains);
    }

    static KeyFileException encrypted(String name) {
        return new KeyFileException(name + " is encrypted, which a node that starts by itself cannot use; remove the"
                + " passphrase of a copy with `ssh-keygen -p -N \"\" -f FILE`");
    }

    static KeyFileException otherKind(String name) {
        return new KeyFileException(
                name + " is not an EC key on the curve P-384, the only kind that Flower takes; make one"
                        + " with `safe-fedllm node keygen --out FILE`");
    }
}
