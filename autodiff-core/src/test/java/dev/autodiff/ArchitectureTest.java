package dev.autodiff;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Requires.Modifier;
import java.lang.module.ModuleFinder;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Holds the library to its layers and to its promise of needing nothing but java.base. */
@Tag("kernel-independent")
class ArchitectureTest {
    private static final String ROOT = "dev.autodiff.";
    private static final String VECTOR_KERNELS = "dev.autodiff.kernel.vector..";

    private static final JavaClasses LIBRARY = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.autodiff");

    /** The packages and those that each may use, from the bottom to the top. A new package needs a row here. */
    private static final Map<String, Set<String>> MAY_USE = Map.ofEntries(
            entry("array", Set.of()),
            entry("json", Set.of()),
            entry("text", Set.of()),
            entry("bytecode", Set.of()),
            entry("parallel", Set.of()),
            entry("kernel.math", Set.of()),
            entry("kernel.loop", Set.of("array", "bytecode", "kernel.math")),
            entry("kernel", Set.of("array", "kernel.loop", "kernel.math", "parallel")),
            entry("kernel.vector", Set.of("array", "kernel", "kernel.loop", "kernel.math", "parallel")),
            entry("ir", Set.of("array", "kernel.math")),
            entry("runtime", Set.of("array", "ir", "kernel", "kernel.loop", "kernel.math", "parallel")),
            entry("compiler", Set.of("array", "ir", "runtime", "kernel", "kernel.loop", "kernel.math", "parallel")),
            entry("graph", Set.of("array", "compiler", "ir", "runtime", "kernel.math", "text")),
            entry("formula", Set.of("array", "graph")),
            entry("draw.layout", Set.of()),
            entry("draw", Set.of("array", "draw.layout", "formula", "graph", "ir", "runtime", "text")),
            entry("trace", Set.of("array", "draw", "draw.layout", "formula", "graph", "ir", "runtime", "json", "text")),
            entry("check", Set.of("array", "formula", "graph", "ir", "runtime", "text")),
            entry("profile", Set.of("array", "graph", "ir", "runtime", "kernel", "parallel", "json", "text")));

    @Test
    void packagesLookDownOnly() {
        Set<String> wrong = new TreeSet<>();
        for (JavaClass type : LIBRARY) {
            String from = packageOf(type);
            Set<String> allowed = MAY_USE.get(from);
            if (allowed == null) {
                wrong.add(from + " has no row in the table");
                continue;
            }
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                JavaClass target = dependency.getTargetClass().getBaseComponentType();
                String to = packageOf(target);
                if (target.getPackageName().startsWith(ROOT) && !to.equals(from) && !allowed.contains(to)) {
                    wrong.add(from + " uses " + to + ": " + type.getSimpleName() + " -> " + target.getSimpleName());
                }
            }
        }
        assertEquals(Set.of(), wrong);
    }

    private static String packageOf(JavaClass type) {
        String name = type.getPackageName();
        return name.startsWith(ROOT) ? name.substring(ROOT.length()) : name;
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
                .haveNameMatching("sun\\.misc\\.Unsafe"
                        + "|java\\.io\\.(ObjectInputStream|ObjectOutputStream|Serializable|Externalizable)")
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
