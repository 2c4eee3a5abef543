package dev.autodiff.nn;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.module.ModuleFinder;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The dependencies that the packages of the library may have: {@code train} may use {@code layer}, that {@code
 * optimizer}, {@code metric} and {@code io}, these the package {@code nn} itself (placeholders, variables, sessions).
 * {@code data} stands beside them, for {@code train}, and its errors for {@code io}; {@code config} is below all.
 * Layers that do not exist yet are optional.
 */
@Tag("kernel-independent")
class ArchitectureTest {
    private static final JavaClasses LIBRARY = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.autodiff.nn");

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.autodiff.(**)").should().beFreeOfCycles().check(LIBRARY);
    }

    @Test
    void arrowsBetweenPackagesPointDown() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .withOptionalLayers(true)
                .layer("train")
                .definedBy("dev.autodiff.nn.train..")
                .layer("layer")
                .definedBy("dev.autodiff.nn.layer..")
                .layer("optimizer")
                .definedBy("dev.autodiff.nn.optimizer..")
                .layer("metric")
                .definedBy("dev.autodiff.nn.metric..")
                .layer("io")
                .definedBy("dev.autodiff.nn.io..")
                .layer("plot")
                .definedBy("dev.autodiff.nn.plot..")
                .layer("nn")
                .definedBy("dev.autodiff.nn")
                .layer("data")
                .definedBy("dev.autodiff.nn.data..")
                .layer("config")
                .definedBy("dev.autodiff.nn.config")
                .whereLayer("train")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("layer")
                .mayOnlyBeAccessedByLayers("train")
                .whereLayer("optimizer")
                .mayOnlyBeAccessedByLayers("layer", "train")
                .whereLayer("metric")
                .mayOnlyBeAccessedByLayers("layer", "train")
                .whereLayer("io")
                .mayOnlyBeAccessedByLayers("layer", "train")
                .whereLayer("plot")
                .mayOnlyBeAccessedByLayers("optimizer", "train")
                .whereLayer("nn")
                .mayOnlyBeAccessedByLayers("optimizer", "metric", "io", "layer", "train")
                .whereLayer("data")
                .mayOnlyBeAccessedByLayers("io", "train")
                .check(LIBRARY);
    }

    @Test
    void everyPackageHasItsPlace() {
        classes()
                .should()
                .resideInAnyPackage(
                        "dev.autodiff.nn",
                        "dev.autodiff.nn.train..",
                        "dev.autodiff.nn.layer..",
                        "dev.autodiff.nn.optimizer..",
                        "dev.autodiff.nn.metric..",
                        "dev.autodiff.nn.config",
                        "dev.autodiff.nn.io..",
                        "dev.autodiff.nn.plot",
                        "dev.autodiff.nn.data",
                        "dev.autodiff.nn.data.csv",
                        "dev.autodiff.nn.data.idx",
                        "dev.autodiff.nn.data.npy",
                        "dev.autodiff.nn.data.file",
                        "") // module-info
                .check(LIBRARY);
    }

    @Test
    void dataAndMetricsKnowArraysButNoGraphs() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.autodiff.nn.data..", "dev.autodiff.nn.metric..")
                .should()
                .dependOnClassesThat(resideInAPackage("dev.autodiff..")
                        .and(not(resideInAnyPackage(
                                "dev.autodiff.array",
                                "dev.autodiff.json",
                                "dev.autodiff.parallel",
                                "dev.autodiff.text",
                                "dev.autodiff.nn.config",
                                "dev.autodiff.nn.data..",
                                "dev.autodiff.nn.metric.."))))
                .check(LIBRARY);
    }

    @Test
    void descriptionsKnowNothingOfWhatTheyDescribe() {
        noClasses()
                .that()
                .resideInAPackage("dev.autodiff.nn.config")
                .should()
                .dependOnClassesThat(resideInAPackage("dev.autodiff..")
                        .and(not(resideInAnyPackage("dev.autodiff.json", "dev.autodiff.nn.config"))))
                .check(LIBRARY);
    }

    @Test
    void filesOfOneFormatDoNotKnowTheOther() {
        slices().matching("dev.autodiff.nn.data.(*)")
                .should()
                .notDependOnEachOther()
                .ignoreDependency(alwaysTrue(), resideInAPackage("dev.autodiff.nn.data.file"))
                .check(LIBRARY);
    }

    @Test
    void onlyCsvUsesFastCsv() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.autodiff.nn.data.csv")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("de.siegmar.fastcsv..")
                .check(LIBRARY);
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
                .haveNameMatching("sun\\.misc\\.Unsafe"
                        + "|java\\.io\\.(ObjectInputStream|ObjectOutputStream|Serializable|Externalizable)")
                .check(LIBRARY);
    }
}
