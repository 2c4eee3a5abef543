package dev.autodiff.nn;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.module.ModuleFinder;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Holds the library to what its packages may depend on. */
class ArchitectureTest {
    private static final JavaClasses LIBRARY = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.autodiff.nn");

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.autodiff.(**)").should().beFreeOfCycles().check(LIBRARY);
    }

    @Test
    void usesOnlyCoreJavaBaseAndFastCsv() {
        Set<String> javaBase = ModuleFinder.ofSystem()
                .find("java.base")
                .orElseThrow()
                .descriptor()
                .packages();
        classes()
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                                "dev.autodiff..", "de.siegmar.fastcsv..", "org.jspecify.annotations", "")
                        .or(describe(
                                "are in java.base",
                                c -> c.getPackageName().startsWith("java.") && javaBase.contains(c.getPackageName()))))
                .check(LIBRARY);
    }

    @Test
    void leavesTheKernelsToCore() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.autodiff.kernel.vector..")
                .check(LIBRARY);
    }

    /** Training builds nothing that only a trace needs, so what it is built of names no type of a trace. */
    @Test
    void trainingStepsKnowNoTraces() {
        noClasses()
                .that(resideInAPackage("dev.autodiff.nn.optimizer..")
                        .or(assignableTo(TrainOp.class))
                        .or(assignableTo(TrainOp.Update.class)))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.autodiff.trace..", "dev.autodiff.draw..", "dev.autodiff.formula..")
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
}
