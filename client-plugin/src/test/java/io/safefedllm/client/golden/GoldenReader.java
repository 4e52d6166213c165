package io.safefedllm.client.golden;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The golden files that a test class answers for. After its tests it fails if one of these files holds a key that none of them read.
 * Files are named by patterns of their paths within the golden folder.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(UnreadKeys.class)
public @interface GoldenReader {
    /** Files in JSON and safetensors of which the tests read every key. */
    String[] files() default {};

    /** Files that the product takes as a whole, for instance checkpoints. */
    String[] whole() default {};

    /** Patterns of keys that expect nothing, such as remarks on how an expectation was made. */
    String[] notes() default {};
}
