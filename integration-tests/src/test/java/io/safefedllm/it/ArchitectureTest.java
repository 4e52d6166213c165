package io.safefedllm.it;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitCallTarget;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of the design that span modules, checked on the compiled classes of all of them. */
class ArchitectureTest {

    private static final String ROOT = "io.safefedllm.";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.safefedllm");

    /** The stages of a reply on the server; each may know the ones before it and none after. */
    private static final List<String> SERVER_CHAIN =
            List.of("exchange", "gate", "evidence", "trust", "aggregate", "optimize", "settings", "journal", "round");

    /** For each module the modules that it may not know. */
    private static final Map<String, List<String>> STRANGERS = Map.of(
            "flower", List.of("probe", "strategy", "client", "lab", "app"),
            "probe", List.of("flower", "strategy", "client", "lab", "app"),
            "strategy", List.of("client", "lab", "app"),
            "client", List.of("strategy", "lab", "app"),
            "lab", List.of("app"));

    /** Where time and chance come into the program: our commands, and the rim of the SDK for programs of others. */
    private static final String[] RIMS = {ROOT + "app..", ROOT + "flower.app.."};

    /** Methods that read the clock of the wall; time is passed in instead. */
    private static final Map<String, Set<String>> WALL_CLOCK = Map.of(
            "java.lang.System", Set.of("currentTimeMillis"),
            "java.time.Instant", Set.of("now"),
            "java.time.LocalDate", Set.of("now"),
            "java.time.LocalDateTime", Set.of("now"),
            "java.time.OffsetDateTime", Set.of("now"),
            "java.time.ZonedDateTime", Set.of("now"),
            "java.time.Clock", Set.of("systemUTC", "systemDefaultZone", "system", "tickMillis", "tickSeconds"),
            "java.time.InstantSource", Set.of("system"));

    /** Methods that draw from a source that nobody seeded; a generator or a seed is passed in instead. */
    private static final Map<String, Set<String>> UNSEEDED = Map.of(
            "java.lang.Math", Set.of("random"),
            "java.util.UUID", Set.of("randomUUID"),
            "java.util.concurrent.ThreadLocalRandom", Set.of("current"),
            "java.util.random.RandomGenerator", Set.of("getDefault", "of"));

    static Stream<Arguments> strangers() {
        return STRANGERS.entrySet().stream()
                .flatMap(module -> module.getValue().stream().map(other -> Arguments.of(module.getKey(), other)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"flower", "probe", "strategy", "client", "lab", "app"})
    void modules_areAllLookedAt(String module) {
        assertThat(CLASSES.stream().map(type -> type.getPackageName() + "."))
                .anyMatch(name -> name.startsWith(ROOT + module + "."));
    }

    @ParameterizedTest
    @MethodSource("strangers")
    void module_doesNotKnow(String module, String stranger) {
        noClasses()
                .that()
                .resideInAPackage(ROOT + module + "..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + stranger + "..")
                .check(CLASSES);
    }

    @Test
    void serverChain_pointsOneWay() {
        for (int i = 0; i < SERVER_CHAIN.size(); i++) {
            String[] later = SERVER_CHAIN.stream()
                    .skip(i + 1L)
                    .map(name -> ROOT + "strategy." + name + "..")
                    .toArray(String[]::new);
            noClasses()
                    .that()
                    .resideInAPackage(ROOT + "strategy." + SERVER_CHAIN.get(i) + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(later)
                    .check(CLASSES);
        }
    }

    @Test
    void decidingStages_doNotKnowFlower() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        ROOT + "strategy.gate..",
                        ROOT + "strategy.trust..",
                        ROOT + "strategy.aggregate..",
                        ROOT + "client.checkpoint..",
                        ROOT + "client.model..",
                        ROOT + "client.data..",
                        ROOT + "client.train..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + "flower..")
                .check(CLASSES);
    }

    @Test
    void protobuf_staysOnTheWire() {
        usedOnlyIn(
                List.of("com.google.protobuf..", ROOT + "flower.proto.."),
                ROOT + "flower.proto..",
                ROOT + "flower.object..",
                ROOT + "flower.link..");
    }

    @Test
    void grpc_staysInItsLink() {
        usedOnlyIn(List.of("io.grpc.."), ROOT + "flower.link.grpc..");
    }

    @Test
    void djl_staysWithTheModels() {
        usedOnlyIn(
                List.of("ai.djl.."),
                ROOT + "probe.train..",
                ROOT + "probe.engine..",
                ROOT + "client.model..",
                ROOT + "client.data..",
                ROOT + "client.train..");
    }

    @Test
    void wiring_staysInTheApp() {
        usedOnlyIn(List.of("com.google.inject..", "picocli.."), ROOT + "app..");
    }

    @Test
    void packages_haveNoCycles() {
        slices().matching(ROOT + "(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void time_isPassedIn() {
        noClasses()
                .that()
                .resideOutsideOfPackages(RIMS)
                .should()
                .callCodeUnitWhere(callsOneOf("the clock of the wall", WALL_CLOCK))
                .orShould()
                .callConstructor(java.util.Date.class)
                .check(CLASSES);
    }

    @Test
    void chance_isSeeded() {
        noClasses()
                .that()
                .resideOutsideOfPackages(RIMS)
                .should()
                .callCodeUnitWhere(callsOneOf("a source that nobody seeded", UNSEEDED))
                .orShould()
                .callConstructor(java.util.Random.class)
                .orShould()
                .callConstructor(java.util.SplittableRandom.class)
                .orShould()
                .callMethod(java.util.Collections.class, "shuffle", List.class)
                .check(CLASSES);
    }

    @Test
    void strongRandomness_isForKeysAndNoncesOfTheWire() {
        usedOnlyIn(List.of("java.security.SecureRandom"), ROOT + "flower.link..", ROOT + "app..");
    }

    @Test
    void javaSerialisation_isNotUsed() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(java.io.ObjectInputStream.class, java.io.ObjectOutputStream.class)
                .check(CLASSES);
    }

    @Test
    void packages_sayWhatMayBeNull() {
        classes()
                .that()
                .resideOutsideOfPackage(ROOT + "flower.proto..")
                .and()
                .doNotHaveModifier(JavaModifier.SYNTHETIC)
                .should()
                .resideInAnyPackage(nullMarkedPackages())
                .check(CLASSES);
    }

    private static String[] nullMarkedPackages() {
        return CLASSES.stream()
                .map(type -> type.getPackage())
                .distinct()
                .filter(name -> name.isAnnotatedWith(NullMarked.class))
                .map(name -> name.getName())
                .toArray(String[]::new);
    }

    private static void usedOnlyIn(List<String> foreign, String... allowed) {
        noClasses()
                .that(are(describe("outside " + List.of(allowed), type -> !resideInAnyPackage(allowed)
                        .test(type))))
                .should()
                .dependOnClassesThat(foreignTypes(foreign))
                .check(CLASSES);
    }

    private static DescribedPredicate<JavaClass> foreignTypes(List<String> foreign) {
        DescribedPredicate<JavaClass> packages = resideInAnyPackage(foreign.toArray(String[]::new));
        return describe("are of " + foreign, type -> packages.test(type) || foreign.contains(type.getFullName()));
    }

    private static DescribedPredicate<JavaCall<?>> callsOneOf(String what, Map<String, Set<String>> methods) {
        return describe("reads " + what, call -> {
            CodeUnitCallTarget target = call.getTarget();
            return methods.getOrDefault(target.getOwner().getFullName(), Set.of())
                    .contains(target.getName());
        });
    }
}
