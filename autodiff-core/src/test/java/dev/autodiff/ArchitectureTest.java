package dev.autodiff;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Requires.Modifier;
import java.lang.module.ModuleFinder;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Holds the library to its layers and to its promise of needing nothing but java.base. */
class ArchitectureTest {
    private static final String VECTOR_KERNELS = "dev.autodiff.kernel.vector..";

    private static final JavaClasses LIBRARY = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.autodiff");

    /** Each layer may use those under it, in this order, and no layer those over it. */
    @Test
    void layersLookDownOnly() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .withOptionalLayers(true)
                .layer("trace")
                .definedBy("dev.autodiff.trace..")
                .layer("draw")
                .definedBy("dev.autodiff.draw")
                .layer("draw.layout")
                .definedBy("dev.autodiff.draw.layout..")
                .layer("formula")
                .definedBy("dev.autodiff.formula..")
                .layer("check")
                .definedBy("dev.autodiff.check..")
                .layer("profile")
                .definedBy("dev.autodiff.profile..")
                .layer("json")
                .definedBy("dev.autodiff.json..")
                .layer("graph")
                .definedBy("dev.autodiff.graph..")
                .layer("program")
                .definedBy("dev.autodiff.program..")
                .layer("kernel")
                .definedBy("dev.autodiff.kernel..")
                .layer("array")
                .definedBy("dev.autodiff.array..")
                .whereLayer("trace")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("draw")
                .mayOnlyBeAccessedByLayers("trace")
                .whereLayer("draw.layout")
                .mayOnlyBeAccessedByLayers("draw")
                .whereLayer("formula")
                .mayOnlyBeAccessedByLayers("trace", "draw")
                .whereLayer("check")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("profile")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("json")
                .mayOnlyBeAccessedByLayers("trace", "profile")
                .whereLayer("graph")
                .mayOnlyBeAccessedByLayers("trace", "draw", "formula", "check", "profile")
                .whereLayer("program")
                .mayOnlyBeAccessedByLayers("trace", "draw", "check", "profile", "graph")
                .whereLayer("kernel")
                .mayOnlyBeAccessedByLayers("trace", "draw", "check", "profile", "graph", "program")
                .check(LIBRARY);
    }

    @Test
    void everyClassIsInALayer() {
        classes()
                .should()
                .resideInAnyPackage(
                        "dev.autodiff.trace..",
                        "dev.autodiff.draw..",
                        "dev.autodiff.formula..",
                        "dev.autodiff.check..",
                        "dev.autodiff.profile..",
                        "dev.autodiff.json..",
                        "dev.autodiff.graph..",
                        "dev.autodiff.program..",
                        "dev.autodiff.kernel..",
                        "dev.autodiff.array..")
                .check(LIBRARY);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.autodiff.(**)").should().beFreeOfCycles().check(LIBRARY);
    }

    /** The vector kernels are loaded by name, so that the rest links where no incubator module is. */
    @Test
    void nobodyLinksTheVectorKernels() {
        noClasses()
                .that(not(resideInAPackage(VECTOR_KERNELS)))
                .should()
                .dependOnClassesThat(resideInAnyPackage(VECTOR_KERNELS, "jdk.incubator.."))
                .check(LIBRARY);
    }

    @Test
    void usesNothingOutsideJavaBase() {
        Set<String> javaBase = ModuleFinder.ofSystem()
                .find("java.base")
                .orElseThrow()
                .descriptor()
                .packages();
        classes()
                .should()
                .onlyDependOnClassesThat(
                        resideInAnyPackage("dev.autodiff..", "org.jspecify.annotations", "jdk.incubator.vector", "")
                                .or(describe(
                                        "are in java.base",
                                        c -> javaBase.contains(c.getPackageName())
                                                && c.getPackageName().startsWith("java."))))
                .check(LIBRARY);
    }

    @Test
    void usesNeitherUnsafeNorSerialization() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .haveNameMatching(
                        "sun\\.misc\\.Unsafe|java\\.io\\.(ObjectInputStream|ObjectOutputStream|Serializable|Externalizable)")
                .check(LIBRARY);
    }

    @Test
    void moduleRequiresOnlyJavaBaseAtRunTime() throws URISyntaxException {
        Path classes = Path.of(dev.autodiff.array.Shape.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        ModuleDescriptor module =
                ModuleFinder.of(classes).find("dev.autodiff.core").orElseThrow().descriptor();
        Set<String> atRunTime = new TreeSet<>();
        for (ModuleDescriptor.Requires requires : module.requires()) {
            if (!requires.modifiers().contains(Modifier.STATIC)) {
                atRunTime.add(requires.name());
            }
        }
        assertEquals(Set.of("java.base"), atRunTime);
    }
}
