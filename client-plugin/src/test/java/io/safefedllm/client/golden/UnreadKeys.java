package io.safefedllm.client.golden;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;

/**
 * Fails a {@link GoldenReader} of whose files a key was not read. It can tell only when all tests of the class passed; where some did
 * not run, it says so.
 */
final class UnreadKeys implements BeforeAllCallback, AfterAllCallback, TestWatcher {
    private final Set<String> passed = new HashSet<>();
    private final List<String> aborted = new ArrayList<>();

    @Override
    public void beforeAll(ExtensionContext context) {
        GoldenReads.forget();
    }

    @Override
    public void testSuccessful(ExtensionContext context) {
        passed.add(context.getRequiredTestMethod().getName());
    }

    @Override
    public void testAborted(ExtensionContext context, @Nullable Throwable cause) {
        aborted.add(context.getRequiredTestMethod().getName());
    }

    @Override
    public void afterAll(ExtensionContext context) {
        Class<?> reader = context.getRequiredTestClass();
        boolean complete = context.getExecutionException().isEmpty() && aborted.isEmpty();
        if (!complete || !passed.containsAll(tests(reader))) {
            System.out.println("not checked: which golden keys " + reader.getSimpleName()
                    + " reads, because not all of its tests ran and passed");
            return;
        }
        assertThat(unread(reader.getAnnotation(GoldenReader.class), Golden.files()))
                .as("golden keys that no test of " + reader.getSimpleName() + " reads")
                .isEmpty();
    }

    private static List<String> tests(Class<?> reader) {
        return AnnotationSupport.findAnnotatedMethods(reader, Testable.class, HierarchyTraversalMode.TOP_DOWN).stream()
                .map(method -> method.getName())
                .toList();
    }

    static List<String> unread(GoldenReader reader, Map<String, Path> files) {
        List<String> unread = new ArrayList<>();
        files.forEach((name, file) -> {
            if (Arrays.stream(reader.files()).anyMatch(name::matches)) {
                GoldenReads.unread(file).stream()
                        .filter(key -> Arrays.stream(reader.notes()).noneMatch(key::matches))
                        .forEach(key -> unread.add(name + ": " + key));
            }
        });
        return unread;
    }
}
