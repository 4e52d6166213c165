package io.safefedllm.flower.link.key;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.EllipticCurve;
import java.util.Arrays;

/** The curve on which every node's key lies: keys from numbers and numbers from keys. */
final class P384 {

    /** The bytes of a coordinate and of a private number. */
    static final int FIELD_BYTES = 48;

    /** The bytes of a point that is written out: a mark and two coordinates. */
    static final int POINT_BYTES = 1 + 2 * FIELD_BYTES;

    private static final byte UNCOMPRESSED = 4;
    private static final String NAME = "secp384r1";
    private static final byte[] TRIAL = {1, 2, 3};

    private P384() {}

    /** Makes a new pair from the JVM's secure randomness. */
    static KeyPair generate() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(NAME));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw missing(e);
        }
    }

    /**
     * Returns the pair of a private number and its public point.
     *
     * @param file what the key is called in messages
     * @throws KeyFileException if they are not one of this curve, or do not belong together
     */
    static KeyPair pair(byte[] number, byte[] point, String file) {
        try {
            ECParameterSpec curve = parameters();
            BigInteger secret = new BigInteger(1, number);
            if (secret.signum() == 0 || secret.compareTo(curve.getOrder()) >= 0) {
                throw damaged(file);
            }
            KeyFactory factory = KeyFactory.getInstance("EC");
            KeyPair pair = new KeyPair(
                    factory.generatePublic(new ECPublicKeySpec(point(point, curve.getCurve(), file), curve)),
                    factory.generatePrivate(new ECPrivateKeySpec(secret, curve)));
            requireMatch(pair, file);
            return pair;
        } catch (GeneralSecurityException e) {
            throw missing(e);
        }
    }

    /** Returns the private number, at its full length. */
    static byte[] number(KeyPair pair) {
        return fixed(((ECPrivateKey) pair.getPrivate()).getS());
    }

    /** Returns the public point, written out. */
    static byte[] point(KeyPair pair) {
        ECPoint w = ((ECPublicKey) pair.getPublic()).getW();
        byte[] point = new byte[POINT_BYTES];
        point[0] = UNCOMPRESSED;
        System.arraycopy(fixed(w.getAffineX()), 0, point, 1, FIELD_BYTES);
        System.arraycopy(fixed(w.getAffineY()), 0, point, 1 + FIELD_BYTES, FIELD_BYTES);
        return point;
    }

    static ECParameterSpec parameters() throws GeneralSecurityException {
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec(NAME));
        return parameters.getParameterSpec(ECParameterSpec.class);
    }

    private static ECPoint point(byte[] bytes, EllipticCurve curve, String file) {
        if (bytes.length != POINT_BYTES || bytes[0] != UNCOMPRESSED) {
            throw damaged(file);
        }
        BigInteger x = new BigInteger(1, Arrays.copyOfRange(bytes, 1, 1 + FIELD_BYTES));
        BigInteger y = new BigInteger(1, Arrays.copyOfRange(bytes, 1 + FIELD_BYTES, POINT_BYTES));
        BigInteger p = ((java.security.spec.ECFieldFp) curve.getField()).getP();
        BigInteger right =
                x.modPow(BigInteger.valueOf(3), p).add(curve.getA().multiply(x)).add(curve.getB());
        boolean onCurve = x.compareTo(p) < 0
                && y.compareTo(p) < 0
                && y.multiply(y).subtract(right).mod(p).signum() == 0;
        if (!onCurve) {
            throw damaged(file);
        }
        return new ECPoint(x, y);
    }

    // A public key of somebody else would make every signature worthless, and the SuperLink's refusal would not say
    // why.
    private static void requireMatch(KeyPair pair, String file) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(pair.getPrivate());
        signature.update(TRIAL);
        byte[] signed = signature.sign();
        signature.initVerify(pair.getPublic());
        signature.update(TRIAL);
        if (!signature.verify(signed)) {
            throw new KeyFileException(file + " holds a private and a public key that do not belong together;"
                    + " take another copy of it, or make a new key with `safe-fedllm node keygen`");
        }
    }

    private static KeyFileException damaged(String file) {
        return new KeyFileException(
                file + " is damaged: its numbers are no key on the curve P-384; take another copy of it");
    }

    private static byte[] fixed(BigInteger value) {
        byte[] bytes = value.toByteArray();
        byte[] fixed = new byte[FIELD_BYTES];
        int length = Math.min(bytes.length, FIELD_BYTES);
        System.arraycopy(bytes, bytes.length - length, fixed, FIELD_BYTES - length, length);
        return fixed;
    }

    private static IllegalStateException missing(GeneralSecurityException e) {
        return new IllegalStateException("this Java platform lacks the curve P-384", e);
    }
}
