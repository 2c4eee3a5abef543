package dev.autodiff.io;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The dependencies that the packages of the library may have. */
@Tag("kernel-independent")
class ArchitectureTest {
    private static final JavaClasses LIBRARY = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.autodiff.io");

    @Test
    void arrowsBetweenPackagesPointDown() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("onnx")
                .definedBy("dev.autodiff.io.onnx")
                .layer("export")
                .definedBy("dev.autodiff.io.onnx.export")
                .layer("load")
                .definedBy("dev.autodiff.io.onnx.load")
                .layer("schema")
                .definedBy("dev.autodiff.io.onnx.schema")
                .layer("protobuf")
                .definedBy("dev.autodiff.io.protobuf")
                .layer("code")
                .definedBy("dev.autodiff.io.code")
                .layer("tensorboard")
                .definedBy("dev.autodiff.io.tensorboard")
                .layer("image")
                .definedBy("dev.autodiff.io.image")
                .whereLayer("onnx")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("export")
                .mayOnlyBeAccessedByLayers("onnx")
                .whereLayer("load")
                .mayOnlyBeAccessedByLayers("onnx")
                .whereLayer("schema")
                .mayOnlyBeAccessedByLayers("onnx", "export", "load")
                .whereLayer("protobuf")
                .mayOnlyBeAccessedByLayers("onnx", "schema", "tensorboard")
                .whereLayer("code")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("tensorboard")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("image")
                .mayOnlyBeAccessedByLayers("tensorboard")
                .check(LIBRARY);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.autodiff.io.(**)").should().beFreeOfCycles().check(LIBRARY);
    }

    @Test
    void everyPackageHasItsPlace() {
        classes()
                .should()
                .resideInAnyPackage(
                        "dev.autodiff.io.code",
                        "dev.autodiff.io.image",
                        "dev.autodiff.io.onnx",
                        "dev.autodiff.io.onnx.export",
                        "dev.autodiff.io.onnx.load",
                        "dev.autodiff.io.onnx.schema",
                        "dev.autodiff.io.protobuf",
                        "dev.autodiff.io.tensorboard",
                        "") // module-info
                .check(LIBRARY);
    }

    @Test
    void usesOnlyTheLibrariesAndJava() {
        classes()
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                        "dev.autodiff..", "java..", "javax.imageio..", "org.jspecify.annotations", ""))
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
