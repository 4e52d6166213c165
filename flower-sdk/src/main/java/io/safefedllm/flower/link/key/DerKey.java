package io.safefedllm.flower.link.key;

import java.security.KeyPair;
import java.util.Arrays;
import java.util.HexFormat;

/** EC private keys in DER: SEC 1 (RFC 5915) by itself and inside PKCS #8 (RFC 5208). */
final class DerKey {

    private static final String EC = "2a8648ce3d0201";
    private static final String P384_OID = "2b81040022";

    private DerKey() {}

    static KeyPair pkcs8(byte[] content, String file) {
        Der info = new Der(content, file).enter(Der.SEQUENCE);
        info.read(Der.INTEGER);
        Der algorithm = info.enter(Der.SEQUENCE);
        requireOid(EC, algorithm, file);
        requireOid(P384_OID, algorithm, file);
        return sec1(info.read(Der.OCTET_STRING), file);
    }

    static KeyPair sec1(byte[] content, String file) {
        Der key = new Der(content, file).enter(Der.SEQUENCE);
        key.read(Der.INTEGER);
        byte[] number = key.read(Der.OCTET_STRING);
        if (key.isNext(Der.OPTIONAL)) {
            requireOid(P384_OID, key.enter(Der.OPTIONAL), file);
        }
        if (number.length > P384.FIELD_BYTES) {
            throw KeyFiles.otherKind(file);
        }
        if (!key.isNext(Der.OPTIONAL + 1)) {
            throw new KeyFileException(file + " holds no public key beside the private one; write it anew with"
                    + " `openssl ec -in FILE -out NEW_FILE`, which adds it");
        }
        byte[] bits = key.enter(Der.OPTIONAL + 1).read(Der.BIT_STRING);
        if (bits.length != 1 + P384.POINT_BYTES || bits[0] != 0) {
            throw KeyFiles.otherKind(file);
        }
        return P384.pair(number, Arrays.copyOfRange(bits, 1, bits.length), file);
    }

    private static void requireOid(String expected, Der parameters, String file) {
        if (!parameters.isNext(Der.OBJECT_IDENTIFIER)
                || !HexFormat.of()
                        .formatHex(parameters.read(Der.OBJECT_IDENTIFIER))
                        .equals(expected)) {
            throw KeyFiles.otherKind(file);
        }
    }
}
